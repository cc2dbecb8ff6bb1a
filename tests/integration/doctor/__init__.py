"""The doctor on a service that works, and on one where something is missing."""
