"""What a citizen is owed as the owner of their data: who may see their number, and why; what they
ask of it; how long it is kept; and whom a breach touched."""
