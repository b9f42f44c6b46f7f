"""Bringing an install to this version: look first, back up, stop the old, change the tables. No Django."""
