"""The listed providers in the graph: a node and the bronze assets of each.

Belongs here: gathering. Does not belong here: how a declaration becomes assets (provider.py), the list itself
(sources/providers.py).
"""

from macro_assets.defs.bronze.provider import assets, node
from macro_assets.sources.providers import PROVIDERS

NODES = [node(provider) for provider in PROVIDERS]
ASSETS = [asset for provider in PROVIDERS for asset in assets(provider)]
