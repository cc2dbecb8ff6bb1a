"""Tests of the evidence that a frozen figure rests on."""
