"""Tests of the pure rules: tables of labelled cases, and properties over many made-up ones."""
