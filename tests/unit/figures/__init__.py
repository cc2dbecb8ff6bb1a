"""Figures, scores and what may be shown of them: all pure, all from plain values."""
