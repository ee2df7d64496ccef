"""The child process of a rehearsal: one stack in one mode, from a request to an answer.

`python -m operations.rehearsing` reads the request from standard input and writes the answer to
standard output, both JSON; what the program prints goes to standard error.
"""

import json
import os
import sys
import traceback
from datetime import date
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


def main() -> None:
    """Answer one request."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    try:
        answer = _rehearsed(request)
    except (ProgramError, IntentError) as error:
        cause = error.__cause__ or error
        answer = {"error": str(error), "trace": "".join(traceback.format_exception(cause))}
    with answers:
        answers.write(json.dumps(answer))  # many times as fast as json.dump


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

    graph = record(program, request["mode"], outputs_of, messages.append)
    today = date.fromisoformat(request["today"])
    answer = {"outputs": encode(stack_outputs(graph)), "messages": messages}
    if request["document"]:
        whole = document(graph, today=today)
        return {**answer, "document": whole, "summary": whole["summary"]}
    return {**answer, "summary": summary(graph, today=today)}


if __name__ == "__main__":
    main()
