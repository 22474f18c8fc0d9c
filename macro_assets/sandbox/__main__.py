"""`python -m macro_assets.sandbox`: the same as `macro-assets sandbox`."""

from macro_assets.sandbox.command import main, parse

if __name__ == "__main__":
    main(**parse())
