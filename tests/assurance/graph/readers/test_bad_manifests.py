"""A bad document is named with file, line and number; everything around it is still read."""

import json
import random
from pathlib import Path

import pytest
import yaml

from assurance.document import dumps
from assurance.graph.graph import Graph
from assurance.graph.readers.documents import Place, documents
from assurance.graph.readers.manifests import Listener, ManifestsError, read_manifests
from assurance.graph.readers.yaml_words import Loader

GOOD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME}\n"


def read(directory: Path, **files: bytes | str) -> tuple[list[str], list[str]]:
    """Names of the objects that were read, and what was left out."""
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (directory / name.replace("_", ".")).write_bytes(raw)
    left_out: list[str] = []
    graph = read_manifests(directory, listener=Listener(left_out=left_out.append))
    return sorted(str(item.name) for item in graph.objects()), left_out


def around(bad: bytes | str) -> bytes:
    """A bad document between two good ones."""
    middle = bad.encode() if isinstance(bad, str) else bad
    first, last = (GOOD.replace("NAME", name).encode() for name in ("first", "last"))
    return first + b"---\n" + middle + b"\n---\n" + last


BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
)
MERGE_BOMB = "\n".join(
    [
        "a0: &a0 {x: 1}",
        *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, 12)),
    ]
)


@pytest.mark.parametrize(
    ("bad", "line", "fault"),
    [
        ("a: b: c", 5, "mapping values are not allowed"),
        ("a:\n\tb: c", 6, "a tab: YAML is indented with spaces"),
        ("a: [1, 2", 6, "did not find expected ',' or ']'"),
        ("kind: A\nkind: B", 6, "the key kind stands twice"),
        ("a: \xe9".encode("latin-1"), 5, "not UTF-8: the byte 0xe9"),
        ("a: \x07", 5, "control characters are not allowed"),
        ("metadata:\n  name: {{ .Values.name }}", 6, "a template ({{ .Values.name }}): render it"),
        ("{{- if .Values.on }}\na: b\n{{- end }}", 5, "a template ({{- if .Values.on }})"),
        (BOMB, 11, "its aliases repeat more than 1,000,000 values"),
        (MERGE_BOMB, 11, "its aliases repeat more than 1,000,000 values"),
        ("a: &a [*a]", 5, "*a refers to what it stands in"),
        ("a: *b", 5, "*b refers to no anchor"),
        ("a: " + "[" * 100_000, 5, "nested more than 200 levels deep"),
        ('{"a": ' * 100_000, 5, "nested more than 200 levels deep"),
        ('{"kind": "A", "kind": "B"}', 5, "the key kind stands twice"),
        ("a: !Ref b", 5, "a tag that Kubernetes does not know: !Ref"),
        ("a: !!python/object:os.system x", 5, "a tag that Kubernetes does not know"),
        ("a: !!int x", 5, "'x' is no int"),
        ("? [a]\n: b", 5, "a mapping or a list as a key"),
        ("a: {<<: 3}", 5, "<< merges a mapping"),
        ("apiVersion: v1\nkind: Pod", 5, "Pod: expected metadata with a name"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {}", 5, "Pod: expected metadata.name, got nothing"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 007}", 5, "got 7; write '7' in quotes"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: '${NAME}'}", 5, "is a template (${NAME})"),
        (GOOD.replace("NAME", "first"), 5, "Namespace first is already described in a.yaml:1"),
        ("apiVersion: v1\nkind: PodList\nitems: {}", 5, "PodList: expected a list of items"),
    ],
)
def test_a_bad_document_is_named_and_those_around_it_are_read(
    tmp_path: Path, bad: bytes | str, line: int, fault: str
) -> None:
    names, [left_out] = read(tmp_path, a_yaml=around(bad))
    assert names == ["first", "last"]
    assert left_out.startswith(f"a.yaml:{line}: document 2: left out: ")
    assert fault in left_out


def test_what_stands_after_two_bad_documents_keeps_its_number(tmp_path: Path) -> None:
    text = "a: [\n---\n---\n# nothing\n---\nb: [\n---\n" + GOOD + "---\nc: [\n"
    names, left_out = read(tmp_path, a_yaml=text)
    assert names == ["NAME"]
    assert [line.split(": left")[0] for line in left_out] == [
        "a.yaml:2: document 1",
        "a.yaml:7: document 4",
        "a.yaml:13: document 6",
    ]


def test_a_bad_item_of_a_list_is_named_by_its_number(tmp_path: Path) -> None:
    items = "".join(
        f"- apiVersion: v1\n  kind: Namespace\n  metadata: {{name: {name}}}\n" for name in ("a", 1)
    )
    names, [left_out] = read(tmp_path, a_yaml=f"kind: List\napiVersion: v1\nitems:\n{items}")
    assert names == ["a"]
    assert left_out.startswith("a.yaml:7: document 1, item 2: left out: ")


def test_json_with_tabs_and_surrogates_is_json(tmp_path: Path) -> None:
    text = '{\t"apiVersion": "v1",\n\t"kind": "Namespace", "metadata": {"name": "\\ud83d\\ude00"}}'
    assert read(tmp_path, a_json=text) == (["😀"], [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": NaN}', "not YAML: NaN is no number of JSON"),
        ('{"kind": "A", "kind": "B"}', "not YAML: the key kind stands twice"),
        ('{"a": ' * 100_000, "nested more than 200 levels deep"),
        (json.dumps({"a": 1}).replace("1", "[" * 300 + "]" * 300), "more than 200 levels deep"),
        ('{"a": ]', "not YAML: did not find"),
    ],
)
def test_bad_json_is_named(tmp_path: Path, text: str, fault: str) -> None:
    names, [left_out] = read(tmp_path, a_json=text, b_yaml=GOOD)
    assert names == ["NAME"]
    assert left_out.startswith("a.json:1: document 1: left out: ")
    assert fault in left_out


def test_byte_order_marks_are_read_or_named(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    text = b'{"apiVersion": "v1",\n\t"kind": "Namespace", "metadata": {"name": "json"}}'
    names, [left_out] = read(
        tmp_path,
        a_yaml=mark + GOOD.encode(),
        a_json=mark + text,
        b_yaml=GOOD.encode("utf-16"),
    )
    assert names == ["NAME", "json"]
    assert left_out.startswith("b.yaml:1: document 1: left out: not UTF-8 but UTF-16")


def test_directives_go_with_their_document(tmp_path: Path) -> None:
    text = f"%YAML 1.1\n# why\n---\n{GOOD}...\n%YAML 1.1\n---\n{GOOD.replace('NAME', 'b')}"
    assert read(tmp_path, a_yaml=text) == (["NAME", "b"], [])


def test_numbers_beyond_what_can_be_written_stay_text(tmp_path: Path) -> None:
    digits = "9" * 5000
    text = f"{GOOD}a: 1e400\nb: {digits}\nc: .inf\n"
    (tmp_path / "a.yaml").write_text(text)
    graph = read_manifests(tmp_path)
    [item] = graph.objects()
    assert [item.manifest[key] for key in "abc"] == ["1e400", digits, ".inf"]
    assert dumps(graph.to_json())


def test_a_folder_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    import os  # noqa: PLC0415 - to make one folder refuse, whoever runs the tests

    real = os.scandir

    def scandir(path: str) -> object:
        if str(path) == str(inner):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    names, left_out = read(tmp_path, a_yaml=GOOD)
    assert names == ["NAME"]
    assert left_out == [f"{inner}: cannot be read: Permission denied"]


def test_without_a_listener_the_first_fault_ends_the_reading(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(around("a: ["))
    with pytest.raises(ManifestsError, match=r"a\.yaml:\d: document 2"):
        read_manifests(tmp_path)


WORDS = (
    *("a", "b: c", "- x", "? y", "&a z", "*a", "<<: *a", "{k: v}", "[1, 2]", "'q'", '"d"', "|"),
    *("1e3", "0x1f", "~", "true", "2026-01-01", "1:30", "key:", "  in: side", "# note", ">-", "!t"),
)


def test_any_document_means_what_the_reference_reader_says() -> None:
    """PyYAML builds its own way from the same words; only keys that stand twice please it."""
    chance, read_both, refused_both = random.Random(4), 0, 0
    for _ in range(3000):
        text = "\n".join(chance.choice(WORDS) for _ in range(chance.randint(1, 5)))
        left_out: list[str] = []
        place = Place(file="x")

        def refuse(_where: Place, why: str, to: list[str] = left_out) -> None:
            to.append(why)

        ours = [found.value for found in documents(text.encode(), place.file, refuse)]
        try:
            theirs = [d for d in yaml.load_all(text, Loader=Loader) if d is not None]
        except yaml.YAMLError:
            assert left_out, text
            refused_both += 1
            continue
        if not left_out:
            assert json.dumps(ours) == json.dumps(theirs), text
            read_both += 1
    assert read_both > 300
    assert refused_both > 300


def test_the_graph_of_a_bad_folder_is_that_of_its_good_part(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for directory in (good, bad):
        directory.mkdir()
        (directory / "a.yaml").write_text(GOOD)
    (bad / "b.yaml").write_text("a: [")

    def graph(directory: Path) -> Graph:
        listener = Listener(left_out=lambda _fault: None)
        return read_manifests(directory, name="x", listener=listener)

    assert dumps(graph(good).to_json()) == dumps(graph(bad).to_json())
