from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from operations.engine.environment import Seat, hermetic, shared

ROOT = Path("/clone")


def a_seat(passphrase: Path | None = Path("/box/passphrase")) -> Seat:
    return Seat(
        home=Path("/box/home"),
        state=Path("/box/state"),
        kubeconfig=Path("/box/kubeconfig"),
        passphrase=passphrase,
    )


@given(st.dictionaries(st.from_regex(r"PULUMI_[A-Z_]{1,20}", fullmatch=True), st.just("mine")))
def test_nothing_of_the_persons_own_pulumi_reaches_a_sandbox(own: dict[str, str]) -> None:
    assert "mine" not in hermetic({**own, "PATH": "/bin"}, ROOT, "python", a_seat()).values()


def test_a_sandbox_keeps_what_is_not_pulumis() -> None:
    made = hermetic({"PATH": "/bin", "HTTPS_PROXY": "p"}, ROOT, "python", a_seat())
    assert made["PATH"] == "/bin"
    assert made["HTTPS_PROXY"] == "p"


def test_a_stack_encrypted_by_a_person_is_opened_with_the_persons_passphrase() -> None:
    ambient = {"PULUMI_CONFIG_PASSPHRASE": "words", "PULUMI_ACCESS_TOKEN": "token"}
    made = hermetic(ambient, ROOT, "python", a_seat(passphrase=None))
    assert made["PULUMI_CONFIG_PASSPHRASE"] == "words"
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in made
    assert "PULUMI_ACCESS_TOKEN" not in made


def test_the_passphrase_is_named_never_carried() -> None:
    made = hermetic({}, ROOT, "python", a_seat())
    assert made["PULUMI_CONFIG_PASSPHRASE_FILE"] == "/box/passphrase"
    assert "PULUMI_CONFIG_PASSPHRASE" not in made


def test_the_state_has_no_file_that_a_kill_can_leave_empty() -> None:
    assert hermetic({}, ROOT, "python", a_seat())["PULUMI_BACKEND_URL"].endswith("?metadata=skip")


def test_a_persons_own_stack_keeps_login_backend_and_kubeconfig() -> None:
    ambient = {
        "PULUMI_BACKEND_URL": "s3://state",
        "PULUMI_ACCESS_TOKEN": "token",
        "KUBECONFIG": "~/config",
        "GOGC": "50",
    }
    made = shared(ambient, ROOT, "python")
    assert {name: made[name] for name in ambient} == ambient


def test_plugins_in_python_find_interpreter_and_project_before_anything_else() -> None:
    made = shared({"PYTHONPATH": "/other"}, ROOT, "/venv/python")
    assert made["PULUMI_PYTHON_CMD"] == "/venv/python"
    assert made["PYTHONPATH"] == "/clone:/other"
    assert shared({}, ROOT, "python")["PYTHONPATH"] == "/clone"
