"""Sweeps: one recipe at several points of a grid, launched, stopped and resumed together."""
