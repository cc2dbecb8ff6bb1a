"""What things cost, as ratios within one run: `make bench`.  Nothing here is asserted by a test."""
