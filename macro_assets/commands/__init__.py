"""What the command line does, one file a command; `macro_assets/cli.py` only declares names and options."""
