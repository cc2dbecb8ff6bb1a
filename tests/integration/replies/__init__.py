"""Answers to what citizens text about a case: to its own, and to anybody else."""
