from .batch import SourceBatch as SourceBatch
from .fred.client import PointInTimeFred as PointInTimeFred
from .fred.source import FredSource as FredSource
from .policy_surprises.source import SurprisesSource as SurprisesSource
from .world_bank.source import WorldBankSource as WorldBankSource
from .yahoo.source import YahooSource as YahooSource
