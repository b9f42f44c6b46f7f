"""What the house does by itself: counting what there is, copies of datasets and models, checks of what is stored."""
