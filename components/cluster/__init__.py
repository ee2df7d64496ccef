"""What every cluster needs before anybody works on it."""
