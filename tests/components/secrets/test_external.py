"""External Secrets: each team is given what it has named, from a place of its own, and no more."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import Access, Outside
from components.manifests import faults
from components.parts import Demand, Part, Site
from components.parts.identities import embodied
from components.secrets.names import external_secrets
from components.secrets.part import secrets_part
from components.secrets.section import SecretsConfig
from components.tenancy.external_section import ExternalSecretConfig
from providers.aks.grants import vault_name
from providers.contract import IDENTITY, Identity, secret_name
from tests.components.cloud import at
from tests.components.test_in_cluster import site

PROVIDER = {"aws": {"service": "SecretsManager", "region": "eu-central-1"}}
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


def part(**secrets: set[str]) -> Part:
    demands = {team: Demand(secrets=frozenset(names)) for team, names in secrets.items()}
    here = site(endpoints={IDENTITY: at(IDENTITY, 80, "169.254.170.23/32")})
    known = {f: getattr(here, f) for f in Site.__slots__ if f != "demands"}
    wanted = Site(**known | {"demands": demands, "secret_provider": PROVIDER})
    return secrets_part(SecretsConfig(kind="external"), wanted)


def test_the_controller_may_read_what_teams_have_named_and_the_store_serves_only_those() -> None:
    made = part(fraud={"payments", "mail"}, risk={"payments"}, idle=set())
    (acting,) = made.acting
    assert acting.account == "external-secrets/external-secrets"
    assert {(g.access, g.kind, g.name) for g in acting.grants} == {
        (Access.READ, "secret", name) for name in ("fraud/mail", "fraud/payments", "risk/payments")
    }
    (store,) = made.objects
    assert store["spec"]["conditions"] == [{"namespaces": ["fraud", "risk"]}]
    assert faults(store) == []


def test_where_no_team_names_a_secret_nobody_is_anybody_in_the_cloud() -> None:
    made = part(idle=set())
    assert (made.acting, made.objects) == ((), ())
    (client,) = made.namespaces[0].clients
    assert [need.to for need in client.needs] == [Outside.API_SERVER]


def test_nothing_calls_it_so_that_it_stands_where_pods_and_the_api_server_share_addresses() -> None:
    made = part(fraud={"payments"})
    assert made.namespaces[0].entries == ()
    values = made.releases[0].values
    assert values["webhook"] == values["certController"] == {"create": False}


@given(st.dictionaries(LABELS, st.sets(LABELS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_every_secret_of_every_team_has_a_place_of_its_own_in_a_vault(
    teams: dict[str, set[str]],
) -> None:
    asked = [secret_name(team, name) for team, names in teams.items() for name in names]
    kept = [vault_name(name) for name in asked]
    assert len(set(kept)) == len(asked)
    assert all(re.fullmatch(r"[0-9a-zA-Z-]{1,127}", name) for name in kept)


def test_two_teams_whose_names_and_hyphens_run_together_stay_apart() -> None:
    assert vault_name("a-b/c") != vault_name("a/b-c")
    assert vault_name("a--b/c") != vault_name("a/b--c")
    assert vault_name("database-administrator") == "database-administrator"


def test_a_team_s_secret_is_filled_from_the_team_s_own_place_key_by_key() -> None:
    names = {"fraud/payments": "lab/fraud/payments", "risk/payments": "lab/risk/payments"}
    (made,) = external_secrets("fraud", {"payments": ExternalSecretConfig(keys=("a", "b"))}, names)
    assert made["metadata"] == {"name": "payments", "namespace": "fraud"}
    refs = [each["remoteRef"] for each in made["spec"]["data"]]
    assert refs == [{"key": "lab/fraud/payments", "property": key} for key in ("a", "b")]
    assert faults(made) == []


def account(name: str, namespace: str = "external-secrets") -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def deployment(user: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"serviceAccountName": user}}
    return {
        "kind": "Deployment",
        "metadata": {"name": "x", "namespace": "external-secrets"},
        "spec": {"template": template},
    }


@pytest.mark.parametrize("user", ["acting", "default"])
def test_an_identity_is_written_on_its_account_and_its_pods_and_on_no_others(user: str) -> None:
    identity = Identity(annotations={"who": "me"}, pod_labels={"use": "true"})
    others = (account("default"), account("acting", "elsewhere"))
    made = embodied(
        (account("acting"), deployment(user), *others), {"external-secrets/acting": identity}
    )
    assert made[0]["metadata"]["annotations"] == {"who": "me"}
    labels = made[1]["spec"]["template"]["metadata"]["labels"]
    assert labels == ({"app": "x", "use": "true"} if user == "acting" else {"app": "x"})
    assert made[2:] == others
