"""The outage study: the real daemon on bad days of the sandbox, compared with a lake that had none (docs/outages.md).

Belongs here: the days, the two homes and the comparison. Does not belong here: one tick at a time, which the suite tests
(defs/automation/test_healing.py).
"""
