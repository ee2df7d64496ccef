"""What the stacks themselves make keeps the guardrails."""

from assurance.graph.graph import Graph
from assurance.guardrails import Outcome, judge, labels_of
from assurance.proofs.guardrails import about
from tests.rehearsed import graphs

KNOWN = {"images-have-a-digest"}
"""Stack files name their images by version."""


def judged(graph: Graph) -> tuple[int, set[str]]:
    """How many verdicts there are, and the guardrails that are not kept, with the object."""
    objects = list(graph.objects())
    namespaces = labels_of(item.manifest for item in objects if item.gvk.kind == "Namespace")
    count, broken = 0, set()
    for item in objects:
        for rule in about(item):
            verdict = judge(rule, item.manifest, namespaces)
            count += verdict.outcome is not Outcome.OUT_OF_SCOPE
            bad = verdict.outcome in {Outcome.REFUSED, Outcome.UNKNOWN}
            if bad and rule.name not in KNOWN:
                broken.add(f"{rule.name}: {item}: {verdict}")
    return count, broken


def test_every_stack_keeps_the_guardrails() -> None:
    found = {name: judged(graph) for name, graph in graphs().items()}
    assert found
    for name, (count, broken) in found.items():
        assert count > 50, f"{name}: {count} verdicts"
        assert not broken, "\n".join(sorted(broken))
