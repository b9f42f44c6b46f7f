"""Slower ways to write what a routine does: applied to good code, they give code to be optimised."""
