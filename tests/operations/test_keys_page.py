"""The page about keys says all that the models say, and of every key that a stack file has."""

import re
from pathlib import Path

from components.config import read_stack_file
from operations.answers import providers
from operations.keys import keys, page
from tests.rehearsed import ROOT, STACK_FILES

EVERYTHING = ROOT / "tests" / "data" / "stacks" / "Pulumi.everything.yaml"


def test_the_committed_page_is_fresh() -> None:
    committed = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert committed == page(), "renew it: mlp explain --keys > docs/config.md"


def patterns() -> set[re.Pattern[str]]:
    name = r'(?:[^.\[]+|\["[^"]+"\])'
    spelled = (re.escape(".".join(steps)).replace(r"\*", name) for steps, _ in keys())
    return {re.compile(text.replace(r"\.(?:", r"\.?(?:")) for text in spelled}


CHARTS_OWN = r"^(platform[.]charts[.]values[.][^.]+)[.].*"
"""What stands below a release's name are its chart's keys, and on its makers' pages."""


def test_every_key_of_every_stack_file_is_on_the_page() -> None:
    known = patterns()
    looked_at = 0
    for path in (*STACK_FILES, EVERYTHING):
        for key in read_stack_file(Path(path)).lines:
            bare = re.sub(r"\[[0-9]+\]", "", key)
            bare = re.sub(CHARTS_OWN, r"\1", bare)
            if bare.split(".")[0].split("[")[0] in {"platform", "teams", "secrets"}:
                looked_at += 1
                assert any(each.fullmatch(bare) for each in known), key
    assert looked_at > 200


def test_every_row_says_what_the_key_takes_and_becomes() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list(keys())) > 150
    for row in rows:
        assert row[1], row[0]
        assert row[4].strip(" |"), row[0]


def test_no_table_has_the_keys_of_two_providers() -> None:
    parts = [part.partition("\n") for part in page().split("\n## ")]
    rows = {title: re.findall(r"^\| `([^`]+)`", text, re.MULTILINE) for title, _, text in parts}
    for provider in providers():
        own = rows[f"platform, with provider: {provider}"]
        assert len(own) == len(set(own)) > 10
        assert "platform.cluster.provider" in own
    assert [key for key in rows["platform"] if key.startswith("platform.cluster.")] == []
