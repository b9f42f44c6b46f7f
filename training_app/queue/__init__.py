"""The line of trainings: what runs on the GPUs, what waits in which order, what is paused, and changing that order."""
