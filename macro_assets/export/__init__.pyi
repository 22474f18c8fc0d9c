from .converted import classifier_to_onnx as classifier_to_onnx
from .converted import network_to_onnx as network_to_onnx
from .converted import regressor_to_onnx as regressor_to_onnx
from .forest import forest_to_onnx as forest_to_onnx
from .parity import Parity as Parity
from .parity import compare as compare
from .parity import run_onnx as run_onnx
