"""How an effect varies: by regime, by state (causal forest), by contrast of two states (X-learner).

Belongs here: heterogeneity of effects. Does not belong here: the average effect (engine/).
"""
