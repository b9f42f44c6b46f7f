"""People who review on real servers, and what goes wrong around them."""
