"""What the command line does, one file a command; `cli.py` only declares names and options."""
