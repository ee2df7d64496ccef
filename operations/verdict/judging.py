"""The child process that proves: rehearsed documents of clusters in, one document of each out.

`python -m operations.verdict.judging` reads a list of requests from standard input, and writes the
list of answers to standard output, both JSON.
"""

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

from assurance.graph.codec import DecodeError
from assurance.graph.graph import Graph, merged
from assurance.graph.intent_json import IntentError, intent_from_graph
from assurance.graph.values import Level
from operations.proving import Proved, prove


def judged(request: Mapping[str, Any]) -> dict[str, Any]:
    """Prove one graph made of several, or say why that is not possible."""
    try:
        graph = merged(Graph.from_json(each["graph"]) for each in request["documents"])
        intent = intent_from_graph(graph)
    except (DecodeError, IntentError) as error:
        return {"error": f"{request['name']}: {error}"}
    run = Proved(
        name=request["name"],
        graph=graph,
        intent=intent,
        today=date.fromisoformat(request["today"]),
        levels={name: Level(level) for name, level in request["levels"].items()},
    )
    return prove(run).to_json()


if __name__ == "__main__":
    json.dump({"answers": [judged(request) for request in json.load(sys.stdin)]}, sys.stdout)
