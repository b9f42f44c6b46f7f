"""Settings that others recommend, each with where it says so, and what we recommend and why."""
