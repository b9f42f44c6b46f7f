"""Base models: those that are known by name, fetching one, reading its files."""
