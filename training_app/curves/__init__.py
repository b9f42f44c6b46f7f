"""The curves of runs: read in one statement whatever their number, thinned without losing a spike."""
