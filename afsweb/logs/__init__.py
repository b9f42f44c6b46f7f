"""Lines of the logs: in which form, what they are about, and what never stands in them. No Django."""
