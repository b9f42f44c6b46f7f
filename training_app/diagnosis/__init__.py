"""What a run's curves say about it: findings, each with its evidence and with recipes that may help.

The rules are ours unless they name a source; each says its bounds. A healthy curve finds nothing.
"""
