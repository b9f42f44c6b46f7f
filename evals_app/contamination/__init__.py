"""Which cases of a suite a version has seen in training, found once for each suite and snapshot, and kept."""
