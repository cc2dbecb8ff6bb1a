"""Tests of what citizens send beside words."""
