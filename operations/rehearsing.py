"""The child process of rehearsals: each is one stack in one mode, from a request to an answer.

`python -m operations.rehearsing` reads requests from standard input and writes answers to standard
output, each a line of JSON; what the program prints goes to standard error. After an answer that is
an error it ends: nobody knows what a program that failed has left behind.
"""

import json
import os
import sys
import traceback
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from assurance.document import document, summary
from assurance.graph.codec import encode, plain
from assurance.graph.intent_json import IntentError
from assurance.graph.readers.recording import (
    Program,
    ProgramError,
    UnansweredError,
    record,
    stack_outputs,
)
from components.config.today import VARIABLE as TODAY

_NEEDED = ("components.data_platform", "components.platform", "providers.provision")
"""What every program imports: there before the first request is."""


def main() -> None:
    """Answer requests until there are no more, or one goes wrong."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for name in _NEEDED:
            import_module(name)
        for line in sys.stdin:
            answer = answered(json.loads(line))
            sys.stdout.flush()
            answers.write(f"{json.dumps(answer)}\n")  # many times as fast as json.dump
            answers.flush()
            if "error" in answer:
                break


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """What comes of one request; of a program that fails, why."""
    try:
        return _rehearsed(request)
    except (ProgramError, IntentError) as error:
        cause = error.__cause__ or error
        return {"error": str(error), "trace": "".join(traceback.format_exception(cause))}


def _rehearsed(request: dict[str, Any]) -> dict[str, Any]:
    told = request["program"]
    program = Program(
        directory=Path(told["directory"]),
        stack=told["stack"],
        project=told["project"],
        fetching=told["fetching"],
        config=told["config"],
        secret_keys=frozenset(told["secret_keys"]),
    )
    others = {name: plain(outputs) for name, outputs in request["references"].items()}
    messages: list[str] = []

    def outputs_of(name: str) -> Any:
        if name not in others:
            raise UnansweredError(name, verb="reads the outputs of stack")
        return others[name]

    os.environ[TODAY] = request["today"]
    graph = record(program, request["mode"], outputs_of, messages.append)
    today = date.fromisoformat(request["today"])
    answer = {"outputs": encode(stack_outputs(graph)), "messages": messages}
    if request["document"]:
        whole = document(graph, today=today)
        return {**answer, "document": whole, "summary": whole["summary"]}
    return {**answer, "summary": summary(graph, today=today)}


if __name__ == "__main__":
    main()
