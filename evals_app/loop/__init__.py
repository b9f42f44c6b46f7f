"""What an evaluation found, turned into work: samples to generate, samples to review, evaluations to repeat."""
