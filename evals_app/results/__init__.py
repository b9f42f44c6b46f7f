"""What was answered, and what it earned: counted, scored, scored again, and shown with its evidence."""
