"""Signed evidence: what a frozen figure was made of, so that anybody can make it again."""
