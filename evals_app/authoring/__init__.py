"""Suites changed case by case: each saving is the next version, row by row."""
