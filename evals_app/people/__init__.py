"""What people think of answers: their scores, and the order in which they should look."""
