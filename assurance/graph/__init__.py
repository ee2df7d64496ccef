"""Resources, intent, and the readers that bring them in from anywhere."""
