"""Sealed checkpoints on their way: to the hub while a run trains, and to the machine that goes on with it."""
