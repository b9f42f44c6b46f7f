"""A version answers a suite: planned, priced, asked, kept, ended. What is said about it while it goes on and after."""
