"""What there is: datasets and models, counted twice a day, so that people see how they grow."""
