"""Interpreters for the trainer, built and locked on this machine. No Django."""
