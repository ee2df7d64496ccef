"""Who comes first where room is short: the priority classes that every platform has."""

PLATFORM_PRIORITY = "ml-platform"
"""The platform's own pods'. Teams may not name it."""
BATCH_PRIORITY = "ml-platform-batch"
"""Of what can wait, and gives way to whoever cannot."""
