"""Continuous training: rules that train a recipe anew when a domain has enough new accepted samples.

A look at a rule does one step of it: it begins a snapshot, or launches the run of one that is built. What cannot be
done pauses the rule, with the reason on its page and word to who made it.
"""
