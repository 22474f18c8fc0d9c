"""How far a month may go: predictive intervals of the next month's return of every outcome.

Belongs here: the network with a scale head, its honest rival, their walk-forward, what is served. Does not belong here:
sampling error of effects (causal/), bounds on what is identified (causal/belief/): the three are never merged.
"""
