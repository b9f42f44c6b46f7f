"""What is tried when memory runs out, and what is offered when nothing is left to try."""
