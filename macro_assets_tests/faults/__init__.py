"""Everything a provider or the wire can do wrong, tried on real adapters and a real lake, and what became of it.

Belongs here: the matrix of faults (matrix.py), bodies drawn by hypothesis (bodies.py), the tables (report.py). Does not
belong here: the faults themselves (macro_assets/sandbox); nothing of this folder is collected by pytest.
"""
