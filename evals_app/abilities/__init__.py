"""What training cost a version elsewhere: its loss on held-out text, and whether it forgot what its base could."""
