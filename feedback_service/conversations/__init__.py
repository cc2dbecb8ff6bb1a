"""Talking with a citizen, one step at a time.  Pure: text in, text out, state is a value."""
