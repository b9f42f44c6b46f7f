"""The history of everything: its page, undo from any of its lines, and a dataset as it was at any moment."""
