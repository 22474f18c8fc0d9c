"""Monitoring in the graph: what is broken now."""
