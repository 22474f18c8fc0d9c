"""The lake: how facts are kept, as Delta tables in a local folder or on S3.

Belongs here: load, replace, read, as-of views, compaction, locks. Does not belong here: declarations of tables
(`tables/`), fetching (`sources/`), alignment in time (`vintage/`), orchestration (`defs/`).
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
