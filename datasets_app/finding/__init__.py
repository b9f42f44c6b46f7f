"""Finding samples: filters, words, likeness, counts. Review, actions, snapshots and pages of samples build on it."""
