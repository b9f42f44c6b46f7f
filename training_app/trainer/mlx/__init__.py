"""LoRA training with MLX, Apple's library: the same spec, rows, tokens, events and adapter as with trl."""
