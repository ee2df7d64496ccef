"""Where datasets, models and other objects are kept."""
