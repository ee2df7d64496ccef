"""Which grants a stack file may ask for: what is just allowed, and what is told of the rest."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from assurance.graph.values import Access, dotted
from components.storage.section import BucketName, Prefix
from components.tenancy.grants import granted, identities, team_grants
from components.tenancy.section import TeamConfig
from providers.contract import Identity
from tests.components.cloud import problems, stack_of

PLATFORM: dict[str, Any] = {"object_store": {"buckets": ["models", "datasets"]}}
STORE = "platform.object-store"
URL = {"need": STORE, "value": "url"}
WORDS = re.compile(r"got .+")


def bucket(name: str, **more: Any) -> dict[str, Any]:
    return {"to": STORE, "bucket": name, **more}


def told(team: Mapping[str, Any], platform: Mapping[str, Any] = PLATFORM) -> dict[str, str]:
    found = problems(stack_of(platform, {"a": team}))
    assert all(WORDS.search(problem.message) for problem in found)
    return {dotted(problem.path): problem.message for problem in found}


def running(**words: Any) -> dict[str, Any]:
    return {"workloads": {"w": {"image": "w:1", **words}}}


@pytest.mark.parametrize(
    ("team", "faulty"),
    [
        ({"needs": [bucket("models")]}, None),
        ({"needs": [bucket("model")]}, "teams.a.needs[0].bucket"),
        ({"needs": [STORE, bucket("secrets")]}, "teams.a.needs[1].bucket"),
        (running(needs=[bucket("model")]), "teams.a.workloads.w.needs[0].bucket"),
        ({"needs": [bucket("models"), bucket("models")]}, None),
        ({"needs": [bucket("models"), bucket("models", access="read")]}, None),
        (
            {"needs": [bucket("models"), bucket("models", access="write")]},
            "teams.a.needs[1].bucket",
        ),
        (
            {"needs": [bucket("models", access="write"), bucket("models", prefix="a/")]},
            "teams.a.needs[1].bucket",
        ),
        ({"needs": [bucket("models"), bucket("models", access="write", prefix="a/in/")]}, None),
        ({"needs": [bucket("models"), bucket("datasets", access="write")]}, None),
        (
            {
                "needs": [bucket("models")],
                **running(needs=[bucket("models", access="write")]),
            },
            None,
        ),
        ({"needs": [bucket("models")], **running(env={"M": URL})}, None),
        ({"needs": [STORE], **running(env={"M": URL})}, None),
        (
            {
                "needs": [bucket("models")],
                **running(needs=[bucket("datasets")], env={"M": URL}),
            },
            "teams.a.workloads.w.env.M.need",
        ),
        (
            {
                "needs": [bucket("models")],
                **running(needs=[bucket("datasets")], env={"M": {**URL, "bucket": "models"}}),
            },
            None,
        ),
        (
            running(needs=[bucket("models")], env={"M": {**URL, "bucket": "datasets"}}),
            "teams.a.workloads.w.env.M.bucket",
        ),
        (
            {
                "needs": [bucket("models"), "platform.cache"],
                **running(env={"M": {"need": "platform.cache", "value": "url", "bucket": "x12"}}),
            },
            "teams.a.workloads.w.env.M.bucket",
        ),
    ],
)
def test_a_grant_and_what_is_told_of_it(team: Mapping[str, Any], faulty: str | None) -> None:
    assert list(told(team, {**PLATFORM, "cache": {}})) == ([faulty] if faulty else [])


@pytest.mark.parametrize(
    ("owner", "wanted", "faulty"),
    [
        (bucket("models", published=True), bucket("models", prefix="b/"), None),
        (
            bucket("models", prefix="b/out/", published=True),
            bucket("models", prefix="b/out/"),
            None,
        ),
        (bucket("models"), bucket("models", prefix="b/"), "teams.a.needs[0].prefix"),
        (bucket("models", published=True), bucket("models", prefix="b/in/"), "prefix"),
        (bucket("models", published=True), bucket("datasets", prefix="b/"), "prefix"),
        (STORE, bucket("models", prefix="b/"), "prefix"),
        (
            bucket("models", published=True),
            bucket("models", prefix="b/", access="write"),
            "teams.a.needs[0].access",
        ),
        (bucket("models"), bucket("models", prefix="bb/", access="write"), None),
        (bucket("models"), bucket("models", prefix="b/", published=True), "published"),
        (bucket("models"), bucket("models", prefix="shared/", published=True), "published"),
    ],
)
def test_what_begins_with_another_team_s_name_is_that_team_s(
    owner: Any, wanted: Any, faulty: str | None
) -> None:
    found = problems(stack_of(PLATFORM, {"a": {"needs": [wanted]}, "b": {"needs": [owner]}}))
    places = [dotted(problem.path) for problem in found]
    assert len(places) == (faulty is not None)
    assert all(place.endswith(faulty or "") for place in places)


def test_a_misspelled_bucket_is_guessed() -> None:
    (message,) = told({"needs": [bucket("model")]}).values()
    assert message.endswith("got 'model'; did you mean models")


def test_a_need_of_what_no_section_asks_for_says_what_to_write() -> None:
    (message,) = told({"needs": ["platform.database"]}).values()
    assert message.endswith("got nothing; write platform.database: {}")


def test_several_buckets_are_all_named_where_one_must_be_chosen() -> None:
    team = {"needs": [bucket("models"), bucket("datasets")], **running(env={"M": URL})}
    assert list(told(team).values()) == [
        "expected a bucket (models or datasets), got none; it needs several"
    ]


def team(words: Mapping[str, Any]) -> TeamConfig:
    return TeamConfig.model_validate(words)


def test_a_grant_is_of_the_team_s_own_part_unless_it_says_which() -> None:
    own, other = team_grants(
        "fraud", team({"needs": [bucket("models"), bucket("datasets", prefix="raw/2026/")]})
    )
    assert (own.prefix, own.access, own.by) == ("fraud/", Access.READ, None)
    assert other.prefix == "raw/2026/"


def test_a_team_s_grant_is_every_workload_s_and_a_workload_s_is_its_own() -> None:
    words = team(
        {
            "needs": [bucket("models")],
            "workloads": {
                "one": {"image": "w:1"},
                "two": {"image": "w:1", "needs": [bucket("datasets", access="write")]},
            },
        }
    )
    grants = team_grants("fraud", words)
    assert {grant.name for grant in granted(grants, "one")} == {"models"}
    assert {grant.name for grant in granted(grants, "two")} == {"models", "datasets"}
    asked: dict[str, int] = {}

    def identify(account: str, given: Any) -> Identity:
        asked[account] = len(given)
        return Identity()

    assert set(identities("fraud", words, grants, identify)) == {"one", "two"}
    assert asked == {"fraud/one": 1, "fraud/two": 2}


def accepts(adapter: TypeAdapter[str], value: str) -> bool:
    try:
        return adapter.validate_python(value) == value
    except ValidationError:
        return False


PREFIXES: TypeAdapter[str] = TypeAdapter(Prefix)
BUCKETS: TypeAdapter[str] = TypeAdapter(BucketName)
WILD = st.sampled_from([*"*?${}[]^'\"\\ \n\t%#&|;,:()<>~`", "..", "//", "\u2215", "\u0660", "\x00"])


@given(st.text("ab/._-=", max_size=8), WILD, st.text("ab/._-=", max_size=8))
def test_no_prefix_means_more_than_itself_in_a_policy(head: str, wild: str, tail: str) -> None:
    text = f"{head}{wild}{tail}"
    if accepts(PREFIXES, f"{text}/"):
        assert wild == ".."
        assert not {"", ".", ".."} & set(text.split("/"))


@pytest.mark.parametrize("text", ["fraud/", "fraud/features/v1/", "date=2026-11-21/", "a.b/", "_/"])
def test_a_prefix_as_people_name_folders(text: str) -> None:
    assert accepts(PREFIXES, text)


@pytest.mark.parametrize("text", ["", "/", "fraud", "/fraud/", "fraud//", "../", "a/./", "a/\n"])
def test_a_prefix_that_is_none(text: str) -> None:
    assert not accepts(PREFIXES, text)


@given(st.text("ab0-_A.", max_size=44))
def test_a_bucket_s_name_is_one_that_blob_storage_takes_for_a_container(name: str) -> None:
    """Learn: 3 to 63 of a-z, 0-9 and -; a dash stands between letters or digits."""
    container = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is not None
    assert accepts(BUCKETS, name) == (container and 3 <= len(name) <= 40)
