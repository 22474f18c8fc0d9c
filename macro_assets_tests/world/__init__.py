"""The models world: thirty simulated years in a lake, and what the upper floors make of them.

Belongs here: the data (facts.py, tables.py), their cache (cache.py), running an asset once a session (house.py).
Does not belong here: what is asserted of an asset; that stands beside the tests of its room.
"""
