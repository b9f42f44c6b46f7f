"""Preference pairs: which of two answers to one prompt is better, by an edit or by a person's choice."""
