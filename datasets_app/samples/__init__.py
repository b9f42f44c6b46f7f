"""Samples: adding, listing, showing and archiving them."""
