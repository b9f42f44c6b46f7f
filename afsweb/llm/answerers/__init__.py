"""One module for each provider; each has `connect(endpoint, job, purpose) -> Answerer`."""
