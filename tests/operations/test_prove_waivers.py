"""Waivers: what somebody answers for does not count, until its last day is over."""

import json
from pathlib import Path

import pytest

from operations.cli import main
from tests.operations.test_prove import DENY, WEB

STRAY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: stray, namespace: red}
spec: {podSelector: {matchLabels: {app: nobody}}, policyTypes: [Ingress]}
"""
TEAMS = {"red": {"namespaces": ["red"]}}
LEVELS = {"isolation/closed-within": "disabled"}
FINDING = "isolation/policy-selects-nothing: NetworkPolicy red/stray"


def waived(directory: Path, day: str, **waiver: str) -> int:
    said = {"finding": FINDING, "owner": "ada", "reason": "ticket 7", "expires": "2026-06-30"}
    every = [said | waiver, {**said, "finding": "isolation/team-reaches-cluster: *"}]
    (directory / "red.yaml").write_text((DENY + WEB).replace("NAME", "red"))
    (directory / "stray.yaml").write_text(STRAY)
    intent = directory / "intent.txt"
    intent.write_text(json.dumps({"teams": TEAMS, "waivers": every, "levels": LEVELS}))
    words = ["--manifests", str(directory), "--intent", str(intent), "--only", "isolation"]
    return main(["prove", *words, "--today", day, "--json", str(directory / "out.txt")])


def summary(directory: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads((directory / "out.txt").read_text())["summary"]
    return found


def test_on_its_last_day_a_waiver_still_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert waived(tmp_path, "2026-06-30") == 0
    told = capsys.readouterr().out
    assert f"waived (refuted) {FINDING}" in told
    assert "ada answers for it until 2026-06-30: ticket 7" in told
    assert "today is 2026-06-30" in told
    assert (summary(tmp_path)["refuted"], summary(tmp_path)["waived"]) == (0, 1)


def test_the_day_after_it_counts_again_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert waived(tmp_path, "2026-07-01") == 1
    told = capsys.readouterr().out
    assert f"refuted {FINDING}" in told
    assert "counts again: the waiver of ada ended on 2026-06-30 (ticket 7)" in told
    assert (summary(tmp_path)["refuted"], summary(tmp_path)["waived"]) == (1, 0)


def test_a_waiver_of_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waived(tmp_path, "2026-06-30")
    told = capsys.readouterr().out
    unused = "isolation/team-reaches-cluster: *"
    assert f"{unused} is not found: remove it" in told
    document = json.loads((tmp_path / "out.txt").read_text())
    assert document["unused_waivers"] == [unused]
    [finding] = [f for f in document["results"]["isolation"]["findings"] if f["waiver"]]
    assert finding["waiver"]["owner"] == "ada"


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        ("isolation/policy-selects-nothing: *", 0),
        ("isolation/*: NetworkPolicy red/stray", 0),
        ("isolation/policy-selects-nothing", 1),
        ("isolation/policy-selects-nothing: NetworkPolicy red/stra", 1),
        ("isolation/policy-selects-nothing: NetworkPolicy red.stray", 1),
        ("isolation/policy-selects-nothing: NetworkPolicy red/stray2", 1),
    ],
)
def test_a_waiver_names_a_whole_finding(tmp_path: Path, finding: str, code: int) -> None:
    assert waived(tmp_path, "2026-06-30", finding=finding) == code
