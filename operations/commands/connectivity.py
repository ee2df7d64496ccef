"""List every allowed connection: between workloads, namespaces, and what is off the cluster.

Each with its ports, the policies because of which it is open, and whether intent asks for it.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TextIO

from assurance.document import dumps, runs
from assurance.proofs.isolation.connections import Connection, connections
from assurance.proofs.network.spans import Spans, show_ports, union
from operations.commands.prove import proved_sources, source_arguments
from operations.commands.rehearse import write
from operations.errors import EXIT_ERROR, EXIT_PROVED
from operations.proving import Proved

EXAMPLE = "mlp connectivity --stack sandbox --mode warm --by namespace --mermaid"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    source_arguments(parser)
    parser.add_argument(
        "--by", choices=("workload", "namespace"), default="workload", help="what the ends are"
    )
    parser.add_argument("--undeclared", action="store_true", help="only what no need asks for")
    parser.add_argument("--mermaid", action="store_true", help="a diagram for Markdown")


def run(options: argparse.Namespace) -> int:
    """List; 0 whatever is open: `mlp prove` judges. 3 if some input could not be read."""
    stream = sys.stderr if options.json == "-" else sys.stdout
    done = proved_sources(options, only=("isolation",), stream=stream)
    documents = []
    for each in done:
        found = _chosen(each, options)
        documents.append({**each.to_json(), "connections": [_plain(c) for c in found]})
        _show(each, found, stream, mermaid=options.mermaid)
    if options.json:
        write(dumps(runs(documents)), options.json)
    return EXIT_ERROR if any(each.left_out for each in done) else EXIT_PROVED


def _chosen(each: Proved, options: argparse.Namespace) -> Sequence[Connection]:
    found = connections(each.graph, each.intent)
    if options.undeclared:
        found = tuple(one for one in found if not one.declared)
    return by_namespace(found) if options.by == "namespace" else found


def by_namespace(found: Iterable[Connection]) -> list[Connection]:
    """The same between namespaces, with all ports and policies of their workloads."""
    together: dict[tuple[str, str], list[Connection]] = {}
    for one in found:
        ends = one.source.partition("/")[0], one.target.partition("/")[0]
        together.setdefault(ends, []).append(one)
    return [
        Connection(
            source=source,
            target=target,
            ports=_all_ports(some),
            egress=tuple(sorted({name for one in some for name in one.egress})),
            ingress=tuple(sorted({name for one in some for name in one.ingress})),
            declared=all(one.declared for one in some),
        )
        for (source, target), some in sorted(together.items())
    ]


def _all_ports(some: Iterable[Connection]) -> Spans:
    ports: Spans = ()
    for one in some:
        ports = union(ports, one.ports)
    return ports


def diagram(found: Iterable[Connection]) -> str:
    """A flowchart: namespaces as boxes, undeclared connections dashed."""
    connected = list(found)
    ends = sorted({end for one in connected for end in (one.source, one.target)})
    names = {end: f"n{number}" for number, end in enumerate(ends)}
    boxes: dict[str, list[str]] = {}
    for end in ends:
        namespace, slash, rest = end.partition("/")
        boxes.setdefault(namespace if slash else "", []).append(f'{names[end]}["{rest or end}"]')
    lines = ["flowchart LR"]
    for number, (namespace, nodes) in enumerate(sorted(boxes.items())):
        if namespace:
            lines += [f'  subgraph s{number}["{namespace}"]', *(f"    {n}" for n in nodes), "  end"]
        else:
            lines += [f"  {node}" for node in nodes]
    for one in connected:
        arrow = "-->" if one.declared else "-.->"
        label = show_ports(one.ports)
        lines.append(f'  {names[one.source]} {arrow}|"{label}"| {names[one.target]}')
    return "\n".join(lines)


def _show(
    each: Proved, found: Sequence[Connection], stream: TextIO, *, mermaid: bool = False
) -> None:
    if mermaid:
        print(diagram(found), file=stream)
        return
    print("\n".join(listing(each, found)), file=stream)


def listing(each: Proved, found: Sequence[Connection]) -> Iterator[str]:
    """By source, every way out of it: ports, and the policies at either end."""
    undeclared = sum(not one.declared for one in found)
    yield (
        f"{each.name} ({each.graph.mode}): {len(found)} connections, "
        f"{undeclared} of them no need asks for"
    )
    for source, ways in groupby(found, key=lambda one: one.source):
        yield f"  {source}"
        for one in ways:
            note = "" if one.declared else "  (no need asks for it)"
            yield f"    → {one.target}: {show_ports(one.ports)}{note}"
            yield f"        {_because(one)}"


def _because(one: Connection) -> str:
    """Which policies let it out and in; where none acts on a pod, nothing closes that end."""
    words = []
    for way, policies, end in (("out", one.egress, one.source), ("in", one.ingress, one.target)):
        if policies:
            words.append(f"{way} by {', '.join(policies)}")
        elif "/" in end:
            words.append(f"no policy closes the way {way}")
    return "; ".join(words)


def _plain(one: Connection) -> dict[str, object]:
    return {
        "source": one.source,
        "target": one.target,
        "ports": [
            {"protocol": protocol, "first": first, "last": last}
            for protocol, first, last in one.ports
        ],
        "egress": list(one.egress),
        "ingress": list(one.ingress),
        "declared": one.declared,
    }
