"""Closed quarters: frozen, signed, never changed; contested and moderated beside what stands."""
