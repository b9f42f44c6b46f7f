"""Search: filters, words, likeness, counts of samples. Review, actions, snapshots and pages of samples build on it."""
