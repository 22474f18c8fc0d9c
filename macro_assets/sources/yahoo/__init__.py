"""Yahoo Finance: daily bars as each day stated them, with dividends and splits."""
