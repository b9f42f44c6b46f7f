"""Evaluations as logs of Inspect (https://inspect.aisi.org.uk), which its viewer opens, and such logs as evaluations.

The format is that of `EvalLog` in its source, src/inspect_ai/log/_log.py, version 2: JSON with its fields in the order
of that class; an `.eval` file is the same in a ZIP, a file for the header and one for each sample.
"""
