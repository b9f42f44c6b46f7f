"""Whole conversations: personas of a suite, a simulator that plays them, and the runner that lets them talk."""
