"""A real repository: what its commits and its files consist of, and what belongs together."""

import os
import py_compile
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.verdict import store
from operations.verdict.family import families, rewritten
from operations.verdict.rehearsed import faults_of
from operations.verdict.repository import committed, merge_base, working

OWN = "config:\n  ml-platform:platform: {cluster: {provider: existing}}\n"
ON = "config:\n  platform: {from_stack: one}\n"
NAME = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")


def git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *NAME, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A platform stack, a team stack on it, and one of its own, committed on main."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    for name, text in {
        "Pulumi.yaml": "name: x\n",
        "__main__.py": "print()\n",
        "Pulumi.one.yaml": OWN,
        "Pulumi.teams.yaml": ON,
        "Pulumi.other.yaml": OWN,
        "tests/test_x.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def keys(root: Path) -> dict[str, str]:
    return {family.name: family.key() for family in families(working(root))}


def test_a_clean_working_tree_is_its_commit(root: Path) -> None:
    assert working(root).blobs == committed(root, "HEAD").blobs
    assert working(root).name == "working tree"
    assert [f.key() for f in families(working(root))] == [
        f.key() for f in families(committed(root, "main"))
    ]


def test_a_folder_in_no_repository_is_all_its_files_but_hidden_ones(tmp_path: Path) -> None:
    for name in ("Pulumi.a.yaml", "teams/a/own.yaml", ".ml-platform/state.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    tree = working(tmp_path)
    assert set(tree.blobs) == {"Pulumi.a.yaml", "teams/a/own.yaml"}
    assert tree.text("teams/a/own.yaml") == "a"


def test_stacks_on_one_cluster_belong_together(root: Path) -> None:
    assert [family.stacks for family in families(working(root))] == [("one", "teams"), ("other",)]
    (root / "Pulumi.one.yaml").write_text("config: [broken")
    assert [family.stacks for family in families(working(root))] == [("one", "teams"), ("other",)]
    (root / "Pulumi.one.yaml").write_text("config:\n  platform: {from_stack: teams}\n")
    assert {stack for f in families(working(root)) for stack in f.stacks} == {
        "one",
        "other",
        "teams",
    }


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("Pulumi.teams.yaml", {"one+teams"}),
        ("Pulumi.other.yaml", {"other"}),
        ("__main__.py", {"one+teams", "other"}),
        ("components/new.py", {"one+teams", "other"}),
        ("tests/test_x.py", set()),
    ],
)
def test_only_what_a_stack_is_made_from_has_it_rehearsed_again(
    root: Path, file: str, changed: set[str]
) -> None:
    before = keys(root)
    (root / file).parent.mkdir(exist_ok=True)
    with (root / file).open("a") as text:
        text.write("# more\n")
    after = keys(root)
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_folder_that_a_stack_file_names_counts_wherever_it_is(root: Path) -> None:
    (root / "Pulumi.other.yaml").write_text(f"{OWN}  teams: {{a: {{manifests: tests/own}}}}\n")
    before = keys(root)
    (root / "tests" / "own").mkdir()
    (root / "tests" / "own" / "a.yaml").write_text("a: 1\n")
    after = keys(root)
    assert before["other"] != after["other"]
    assert before["one+teams"] == after["one+teams"]


def test_a_commit_is_checked_out_beside_and_leaves_nothing(root: Path) -> None:
    (root / "__main__.py").write_text("print(2)\n")
    with committed(root, "HEAD").checked_out() as place:
        assert (place / "__main__.py").read_text() == "print()\n"
        assert place != root
    assert not place.exists()
    assert len(git(root, "worktree", "list").splitlines()) == 1
    assert committed(root, "HEAD").text("Pulumi.one.yaml") == OWN


def test_a_module_that_is_the_same_in_the_working_tree_is_not_compiled_again(root: Path) -> None:
    for name in ("same", "changed"):
        (root / f"{name}.py").write_text("a = 1\n")
        os.utime(root / f"{name}.py", (1_700_000_000, 1_700_000_000))
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "modules")
    (root / "changed.py").write_text("a = 2\n")
    compiled = {}
    for name in ("same", "changed"):
        compiled[name] = Path(cache_from_source(str(root / f"{name}.py")))
        py_compile.compile(str(root / f"{name}.py"), doraise=True)
    with committed(root, "HEAD").checked_out() as place:
        lent = {name: place / path.relative_to(root) for name, path in compiled.items()}
        assert lent["same"].is_file()
        assert not lent["changed"].exists()
        command = [sys.executable, "-v", "-c", "import same, changed; print(same.a + changed.a)"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
        assert done.stdout == "2\n"
        assert f"{lent['same']} matches {place / 'same.py'}" in done.stderr


def test_what_a_link_leads_to_is_not_touched(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "shared.py").write_text("a = 1\n")
    py_compile.compile(str(elsewhere / "shared.py"), doraise=True)
    for name in ("shared.py", "__pycache__"):
        (root / name).symlink_to(elsewhere / name)
    git(root, "add", "--force", ".")
    git(root, "commit", "--quiet", "--message", "links")
    os.utime(elsewhere / "shared.py", (1_700_000_000, 1_700_000_000))
    with committed(root, "HEAD").checked_out() as place:
        assert (place / "shared.py").read_text() == "a = 1\n"
    assert (elsewhere / "shared.py").stat().st_mtime == 1_700_000_000


def test_the_base_is_where_the_branch_left_main(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    git(root, "switch", "--quiet", "--create", "branch")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "two")
    assert merge_base(root) == first
    with pytest.raises(UserError, match="no such commit here"):
        committed(root, "nowhere")
    git(root, "branch", "--move", "main", "trunk")
    with pytest.raises(UserError, match="--base REF"):
        merge_base(root)


def test_a_secret_that_is_encrypted_anew_is_seen_and_another_one_is_not() -> None:
    sealed = "{token: {key: {secure: v1:a}}, same: {key: {secure: v1:b}}}"
    one = f"config:\n  ml-platform:secrets: {{red: {sealed}}}\n"
    assert rewritten([one], [one]) == set()
    assert rewritten([one], [one.replace("v1:a", "v1:c")]) == {("red", "token")}
    assert rewritten([one], ["config: ["]) == set()


def test_what_a_program_says_becomes_places_in_a_file() -> None:
    said = "Pulumi.one.yaml:41: teams.a.quota: expected\nPulumi.one.yaml: teams: nothing\n"
    first, second = faults_of({"error": said})
    assert (first.file, first.line, first.message) == (
        "Pulumi.one.yaml",
        41,
        "teams.a.quota: expected",
    )
    assert (second.file, second.line, second.message) == ("Pulumi.one.yaml", None, "teams: nothing")
    [third] = faults_of({"error": "waivers.yaml:12: waivers[0].owner: expected a few words"})
    assert (third.file, third.line) == ("waivers.yaml", 12)
    [other] = faults_of({"error": "stack one does not rehearse warm:\n  it\n  broke"})
    assert (other.file, other.message) == (None, "it; broke")
    assert faults_of({"document": {}}) == []


def test_what_is_stored_comes_back_and_old_things_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_PLATFORM_CACHE", str(tmp_path))
    monkeypatch.setattr(store, "_KEPT", 3)
    assert store.recalled("a") is None
    for key in "abcde":
        store.store(key, {"key": key})
    assert store.recalled("e") == {"key": "e"}
    assert len(list((tmp_path / "verdict").iterdir())) == 3
    (tmp_path / "verdict" / "e.json").write_text("{broken")
    assert store.recalled("e") is None
