"""What is read often and may be lost."""
