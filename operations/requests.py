"""What a child of rehearsals makes of a request: stack files read, or one program run."""

import os
import traceback
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assurance.document import document, summary
from assurance.graph.codec import encode, plain
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.readers.recording import (
    Program,
    ProgramError,
    UnansweredError,
    record,
    stack_outputs,
)
from components.config import ConfigError, Fault, StackFile, read_stack_file
from components.config.today import VARIABLE as TODAY
from providers.config import PlatformReference


def answered(request: Mapping[str, Any]) -> dict[str, Any]:
    """What comes of one request; of files or a program that fail, why."""
    try:
        return _read(request) if "files" in request else _rehearsed(request)
    except ConfigError as error:
        return {"error": str(error), "trace": ""}
    except (ProgramError, IntentError) as error:
        cause = error.__cause__ or error
        return {"error": str(error), "trace": "".join(traceback.format_exception(cause))}


def _read(request: Mapping[str, Any]) -> dict[str, Any]:
    """All stack files, or every fault in any of them."""
    today = date.fromisoformat(request["today"])
    files: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for path in request["files"]:
        try:
            files.append(_told(read_stack_file(Path(path), today)))
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults)
    return {"files": files}


def _told(file: StackFile) -> dict[str, Any]:
    platform = file.stack.platform
    return {
        "name": file.name,
        "platform": platform.from_stack if isinstance(platform, PlatformReference) else None,
        "config": dict(file.config),
        "secret_keys": sorted(file.secret_keys),
        "lines": dict(file.lines),
    }


def _rehearsed(request: Mapping[str, Any]) -> dict[str, Any]:
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
    if request["graph"]:
        intent_from_graph(graph)  # whoever contradicts itself here is not asked any further
        return {**answer, "graph": graph.to_json()}
    if request["document"]:
        whole = document(graph, today=today)
        return {**answer, "document": whole, "summary": whole["summary"]}
    return {**answer, "summary": summary(graph, today=today)}
