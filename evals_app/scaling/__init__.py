"""Whether more data or a larger model is worth its price, from what was evaluated so far."""
