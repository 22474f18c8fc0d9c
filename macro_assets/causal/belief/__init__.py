"""Why to believe an effect: placebos, robustness, stability, reliability of the interval, and the label they earn.

Belongs here: checks of an estimate and the label of a cell. Does not belong here: estimation (engine/).
"""
