"""Random people at random phones, and an independent account of what they said to hold us to."""
