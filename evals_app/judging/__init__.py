"""Judging answers by a model, under a rubric; and how far that judge can be believed."""
