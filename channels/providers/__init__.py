"""What several channels know of the same company: its secrets, tables and requests."""
