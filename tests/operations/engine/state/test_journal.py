"""A journal is as long as what was acknowledged, wherever it is cut."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.engine.state import journal
from operations.engine.state.journal import Head, Journal

HEAD = Head(operation="up", base="b", began=1, engine="v1")
TEXTS = st.lists(st.lists(st.text(), max_size=3), max_size=4)


def batch(texts: list[str]) -> bytes:
    """As the engine sends one."""
    return json.dumps({"entries": [{"text": text} for text in texts]}, indent=1).encode()


def kept(path: Path, batches: list[list[str]]) -> bytes:
    path.unlink(missing_ok=True)
    with Journal(path, HEAD) as written:
        for texts in batches:
            written.add(batch(texts))
    return path.read_bytes()


@given(TEXTS)
def test_what_was_added_is_read_back_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "whole"
    kept(path, batches)
    read = journal.read(path)
    assert read
    assert read.head == HEAD
    assert [e["text"] for e in read.entries] == [text for texts in batches for text in texts]
    assert read.result is None


def test_a_journal_that_is_cut_anywhere_has_every_batch_before_the_cut(tmp_path: Path) -> None:
    path, batches = tmp_path / "cut", [["a"], ["b", "ü"], ["c"]]
    content = kept(path, batches)
    ends = [i for i, byte in enumerate(content) if byte == ord("\n")]
    seen = set()
    for length in range(len(content) + 1):
        path.write_bytes(content[:length])
        whole = sum(end < length for end in ends) - 1
        read = journal.read(path)
        if whole < 0:
            assert read is None
        else:
            assert read
            assert [e["text"] for e in read.entries] == [t for b in batches[:whole] for t in b]
        seen.add(whole)
    assert seen == {-1, 0, 1, 2, 3}


def test_a_result_is_said_after_a_tail_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "j"
    content = kept(path, [["a"], ["b"]])
    path.write_bytes(content[:-3])
    journal.conclude(path, "digest")
    read = journal.read(path)
    assert read
    assert [e["text"] for e in read.entries] == ["a"]
    assert read.result == "digest"


def test_nobody_else_reads_it_and_no_journal_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "j"
    kept(path, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError), Journal(path, HEAD):
        pass


def test_what_could_not_be_written_is_not_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "j", os.write

    def full(file: int, content: bytes) -> int:
        if len(content) < 20:
            raise OSError(errno.ENOSPC, "the disk is full")
        return write(file, content[:20])

    with Journal(path, HEAD) as written:
        written.add(batch(["a"]))
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="full"):
                written.add(batch(["b" * 50]))
        written.add(batch(["c"]))
    read = journal.read(path)
    assert read
    assert [entry["text"] for entry in read.entries] == ["a", "c"]
