"""Cases made of samples: goldens, whose answer is the reference, and edits, of which one answer was better."""
