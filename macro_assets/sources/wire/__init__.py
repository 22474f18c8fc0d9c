"""How requests travel: HTTP with time-outs, waiting and retrying, keeping secrets out of every text.

Belongs here: what all providers share. Does not belong here: anything that knows a provider.
"""
