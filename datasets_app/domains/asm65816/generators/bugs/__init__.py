"""Faults as programmers make them, put into good code; the categories are those of the debugging expert's data."""
