"""What a launch would do, before it is done: memory, tokens and mask, lengths, what stands in the way."""
