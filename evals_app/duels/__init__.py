"""Blind comparisons: a person picks between two versions' answers without knowing whose they are."""
