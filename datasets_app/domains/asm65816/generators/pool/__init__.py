"""Small routines as real programs have them, each with a specification that knows nothing of its code."""
