"""Says what is missing or mis-set, and the remedy."""
