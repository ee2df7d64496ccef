"""`mlp prove` and `mlp connectivity`: exit codes, the document, and what bad input says."""

import json
from pathlib import Path

import pytest

from operations.cli import main

DENY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: NAME}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: NAME}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53}]
---
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAME}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("red", "blue"):
        (tmp_path / f"{name}.yaml").write_text((DENY + WEB).replace("NAME", name))
    return tmp_path


def open_up(folder: Path) -> None:
    for name in ("red", "blue"):
        (folder / f"{name}.yaml").write_text(WEB.replace("NAME", name))


def prove(folder: Path, *more: str) -> int:
    return main(["prove", "--only", "isolation", "--manifests", str(folder), *more])


def test_closed_namespaces_are_proved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove(folder) == 0
    told = capsys.readouterr().out
    assert "isolation: 0 refuted, 0 unknown" in told
    assert "assumes: the network plugin enforces NetworkPolicies" in told


def test_open_ones_are_refuted_with_a_witness(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_up(folder)
    assert prove(folder) == 1
    told = capsys.readouterr().out
    assert "refuted isolation/team-reaches-team: blue → red" in told
    assert "blue/Deployment web reaches red/Deployment web on every port" in told
    assert "from: blue.yaml:2" in told


def test_nothing_to_decide_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "red.yaml").write_text(DENY.replace("NAME", "red").removesuffix("---\n"))
    assert prove(tmp_path) == 2


def test_a_folder_has_no_order_which_is_said_and_fails_nobody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prove", "--only", "order", "--manifests", str(folder)]) == 0
    told = capsys.readouterr().out
    assert told.count("files state no order") == 1
    assert "unknown (advisory) order/no-order" in told


def test_the_document_holds_results_and_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_up(folder)
    assert prove(folder, "--json", "-", "--today", "2026-01-31") == 1
    written = json.loads(capsys.readouterr().out)
    statuses = [f["status"] for f in written["results"]["isolation"]["findings"]]
    assert written["summary"]["refuted"] == statuses.count("refuted") > 0
    assert statuses == sorted(statuses, key=["refuted", "unknown", "proved"].index)
    assert set(written["intent"]["teams"]) == {"red", "blue"}


def test_intent_from_a_file_counts(folder: Path) -> None:
    """One team owns both namespaces, so they may speak."""
    open_up(folder)
    intent = folder / "intent.txt"
    intent.write_text(json.dumps({"teams": {"all": {"namespaces": ["red", "blue"]}}}))
    assert prove(folder, "--intent", str(intent)) == 1  # still open to every address
    intent.write_text(json.dumps({"teams": {"all": {"spaces": ["red"]}}}))
    assert prove(folder, "--intent", str(intent)) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["proof"], "mlp proof: no such verb; did you mean mlp prove"),
        (["prove", "sandbox"], "nothing takes sandbox; did you mean --stack sandbox"),
        (
            ["prove", "--manifest", "k8s", "--onyl", "x"],
            "nothing takes --onyl; did you mean --only",
        ),
        (["prove", "--only", "peace"], "no such proof"),
        (["prove", "--manifests", "/nowhere"], "expected a folder"),
        (["prove", "--intent", "file.json"], "--intent goes with --manifests"),
        (["prove", "--stack", "nobody"], "no stack nobody in "),
        (["preview", "--stack", "Pulumi.dev.yaml"], "; did you mean dev"),
    ],
)
def test_what_cannot_be_judged_is_an_error_in_words(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 3
    assert message in capsys.readouterr().err


@pytest.mark.e2e
def test_the_sandbox_is_proved_from_its_stack_file(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--stack", "sandbox", "--mode", "cold", "--only", "isolation"]
    assert main(["prove", *words]) == 0
    assert "sandbox (cold) isolation: 0 refuted, 0 unknown" in capsys.readouterr().out


def connectivity(*words: str) -> int:
    return main(["connectivity", *words])


def _of_nobody(told: str) -> set[str]:
    """Who stands at an end of what no need asks for: the target, or the source above it."""
    found, source = set(), ""
    for line in told.splitlines()[1:]:
        if line.startswith("  ") and line[2] != " ":
            source = line.strip()
        elif line.endswith("(no need asks for it)"):
            target = line.strip().removeprefix("→ ").partition(":")[0]
            ends = [each for each in (target, source) if "node-exporter" in each]
            found.add((ends or [f"{source} → {target}"])[0].partition("-prometheus")[0])
    return found


@pytest.mark.e2e
def test_connectivity_says_what_is_open_and_because_of_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert connectivity("--stack", "sandbox", "--mode", "warm") == 0
    told = capsys.readouterr().out
    assert (
        "    → warehouse/endpoint cluster.warehouse: TCP 5432\n"
        "        out by fraud/need-cluster.warehouse.by.api; no policy closes the way in\n"
    ) in told
    api = told.partition("  fraud/Deployment api\n")[2].partition("\n  fraud/")[0]
    assert "    → the internet: every port\n        out by fraud/need-internet" in api
    assert _of_nobody(told) == {"monitoring-agents/DaemonSet node-exporter"}, (
        "on its node's network"
    )
    assert "spec.jobTemplate" not in told
    assert "fraud/Job train, any other pod\n" in told


def test_connectivity_between_namespaces_as_json_and_as_a_diagram(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "red.yaml").write_text(WEB.replace("NAME", "red"))
    words = ("--manifests", str(folder), "--by", "namespace")
    assert connectivity(*words, "--json", "-") == 0
    found = json.loads(capsys.readouterr().out)["connections"]
    ends = {(each["source"], each["target"]): each for each in found}
    assert ("red", "blue") not in ends
    assert ("blue", "red") not in ends
    assert not ends["anywhere", "red"]["declared"]
    assert [(p["protocol"], p["first"]) for p in ends["blue", "kube-system"]["ports"]] == [
        ("TCP", 53),
        ("UDP", 53),
    ]
    assert connectivity(*words, "--mermaid", "--undeclared") == 0
    drawn = capsys.readouterr().out
    assert drawn.startswith("flowchart LR\n")
    assert '-.->|"every port"|' in drawn
    assert "-->|" not in drawn
