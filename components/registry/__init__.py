"""Where images of our own are kept."""
