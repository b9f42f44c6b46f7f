"""Watching trainings: are they getting on, what do the GPUs do, and who has to know when one ends or stands still?

The training's own job takes the pulse and reads the GPUs, for it is where they are. Whether it stands still is judged
elsewhere, by a job of its own: what hangs cannot say so, and its heartbeat comes from another thread.
"""
