"""How recession odds are judged: walk-forward, scores, events, stage 2 errors, the promotion gate, one table of all.

Belongs here: evaluation on origins the model has not seen. Does not belong here: the models (recession/).
"""
