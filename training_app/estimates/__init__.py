"""How long a launch will take and what it will cost, from runs that were measured here."""
