"""What a version must show before it becomes an expert's current one, and the signature that makes it so."""
