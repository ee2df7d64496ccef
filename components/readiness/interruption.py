"""How whoever runs the program tells every gate to stop waiting."""

import threading

INTERRUPTED = threading.Event()
"""Set when a person has interrupted the run: gates fail at their next look, and nothing else does.

Without it an interrupt would last as long as the slowest gate's timeout, since the engine lets what
is under way end by itself.
"""
