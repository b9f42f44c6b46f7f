"""Samples: adding, listing, showing, restoring and archiving them."""
