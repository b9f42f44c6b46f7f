"""Merging versions: what may be merged, and the job that does it."""
