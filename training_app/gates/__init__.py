"""What of a snapshot would train badly: looked for before a launch, so that nothing is found out after it."""
