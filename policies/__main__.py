"""The policy pack: a server that the engine starts, asks, and ends."""

import contextlib
import os
import signal
import sys
from pathlib import Path

from analyzer import Analyzer
from judging import make_ready
from serving import serve

_SECONDS = 0.5

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
