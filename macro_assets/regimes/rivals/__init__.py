"""Other ways to find regimes, to be scored beside the two factors (regimes/factors.py); none of them is served.

Belongs here: a rival's labels as they would have been published, month by month. Does not belong here: scores.
"""
