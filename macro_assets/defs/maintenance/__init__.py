"""Maintenance: what keeps the lake small and quick; nothing here changes a fact."""
