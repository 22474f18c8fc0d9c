"""Faults put into a copy of the package on purpose, each with the tests that must turn red.

Belongs here: the faults (faults.py, operators.py), running tests against them (trial.py, judge.py), the report (report.py).
Does not belong here: tests; nothing of this folder is collected by pytest.
"""
