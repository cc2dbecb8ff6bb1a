"""Figures and predictions from plain values: no database, no web, no provider."""
