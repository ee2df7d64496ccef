"""Record journals of the real engine, and the states that its own file backend has after the same.

Usage: python -m tests.e2e.record_journals
Needs the engine, no cluster. The stories are those of `test_state.py`.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from operations.engine.state.journal import Written
from operations.engine.state.keeper import Keeper
from operations.progress import Steps
from operations.toolchain import ensure
from tests.e2e.kept import Kept
from tests.e2e.test_state import STORIES
from tests.operations.engine.state.spelled import plain

DATA = Path(__file__).parents[1] / "operations" / "engine" / "state" / "data"


def recorded(directory: Path, pulumi: Path, story: str) -> list[dict[str, Any]]:
    """What was, what the engine sent, and what its own backend came to."""
    played: list[tuple[bytes, Written]] = []
    original = Keeper._played

    def record(self: Keeper, before: bytes, written: Written) -> bytes:
        played.append((before, written))
        return original(self, before, written)

    Keeper._played = record  # type: ignore[method-assign]
    try:
        after = {}
        for way in ("theirs", "ours"):
            (directory / way).mkdir()
            kept = Kept(directory=directory / way, pulumi=pulumi, journalled=way == "ours")
            after[way] = [
                json.loads(kept.checkpoint.read_bytes())
                for act in STORIES[story]
                if kept.perform(act) is not None
            ]
    finally:
        Keeper._played = original  # type: ignore[method-assign]
    return [
        {
            "operation": written.head.operation,
            "before": plain(json.loads(before), str(directory / "ours")),
            "entries": plain(list(written.entries), str(directory / "ours")),
            "after": plain(theirs, str(directory / "theirs")),
        }
        for (before, written), theirs in zip(played, after["theirs"], strict=True)
    ]


def main() -> None:
    """Record every story."""
    DATA.mkdir(exist_ok=True)
    with Steps() as steps:
        pulumi = ensure(("pulumi",), steps)["pulumi"]
    for story in STORIES:
        with tempfile.TemporaryDirectory() as directory:
            said = recorded(Path(directory), pulumi, story)
        text = json.dumps(said, indent=None, sort_keys=True, ensure_ascii=False)
        name = story.replace(",", "").replace(" ", "-")
        (DATA / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
