"""The child process of rehearsals, which answers one request after another.

`python -m operations.rehearsing` reads requests from standard input and writes answers to standard
output, each a line of JSON; what the program prints goes to standard error. After an answer that is
an error it ends: nobody knows what a program that failed has left behind.
"""

import gc
import json
import os
import sys
from importlib import import_module

_NEEDED = ("components.data_platform", "components.platform", "providers.provision")
"""What every program imports: there before the first request is."""
_SELDOM = (50_000, 20, 100)
"""To look for garbage as often as usual is a tenth of what a rehearsal takes."""


def main() -> None:
    """Answer requests until there are no more, or one goes wrong."""
    gc.disable()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        answered = import_module("operations.requests").answered
        for name in _NEEDED:
            import_module(name)
        gc.freeze()  # what is loaded stays
        gc.set_threshold(*_SELDOM)
        gc.enable()
        for line in sys.stdin:
            answer = answered(json.loads(line))
            sys.stdout.flush()
            answers.write(f"{json.dumps(answer)}\n")  # many times as fast as json.dump
            answers.flush()
            if "error" in answer:
                break


if __name__ == "__main__":
    main()
