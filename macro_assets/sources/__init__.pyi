from .batch import SourceBatch as SourceBatch
from .provider import Provider as Provider
from .providers import PROVIDERS as PROVIDERS
