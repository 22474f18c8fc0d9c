"""Automation: what runs by itself, when, and what must hold before it does."""
