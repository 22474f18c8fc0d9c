"""FRED and ALFRED: series with every published vintage."""
