"""Models as ONNX graphs that run without the library that trained them, each with its parity.

Belongs here: converters and the comparison of a graph with its model. Does not belong here: keeping models (registry/).
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
