"""Simulated offices that play every known strategy against the real scoring, and what it gains."""
