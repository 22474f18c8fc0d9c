"""Market regimes from two factors, activity and volatility: labels never rewritten, and a network that learns to say them.

Belongs here: pure functions over frames and typed results. Does not belong here: Dagster, lake, MLflow. Names are
imported on first use, so that the room costs nothing until a model is needed.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
