"""Snapshots: choosing what is in one, building it, its card, and what differs between two."""
