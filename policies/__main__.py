"""The policy pack: a server that the engine starts, asks, and ends."""

import contextlib
import gc
import os
import signal
import sys
from pathlib import Path

_SELDOM = (100_000, 50, 100)
"""What the pack loads and is shown stays: to look for garbage in it is a tenth of its time."""
_SECONDS = 0.5

gc.set_threshold(*_SELDOM)

from analyzer import Analyzer  # noqa: E402 - loading is half of it
from judging import make_ready  # noqa: E402
from serving import serve  # noqa: E402

# A shell's background job starts with interrupts ignored; the engine ends the pack by one.
signal.signal(signal.SIGINT, signal.default_int_handler)
engine = os.getppid()
with contextlib.suppress(KeyboardInterrupt):  # how the engine ends it
    server, port = serve(Analyzer(Path(__file__).parents[1], os.environ.get("PULUMI_STACK")))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    make_ready()
    while os.getppid() == engine:  # an engine that was killed ends nothing any more
        server.wait_for_termination(_SECONDS)
