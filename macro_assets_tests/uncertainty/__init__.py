"""Tests of predictive spreads."""
