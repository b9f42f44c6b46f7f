"""How the house is: health, metrics, errors that nobody expected, and what each request cost."""
