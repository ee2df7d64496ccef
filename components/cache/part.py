"""Valkey in the cluster: every team that needs it is a user of its own."""

from collections.abc import Iterable
from typing import Any

from assurance.graph.values import Endpoint, Port
from components.cache.chart import LABELS, METRICS, NAMESPACE, PORT, USERS, cache_release
from components.cache.section import CACHE, CacheConfig
from components.parts import Account, Credential, Part, PartNamespace, Site

_HOST = f"valkey.{NAMESPACE}.svc"
_ADMINISTRATOR = "default"


def cache_part(config: CacheConfig, site: Site) -> Part | None:
    """The cache with its users; none where the cloud has made one."""
    if CACHE in site.endpoints:
        return None
    teams = site.needing(CACHE)
    at = Endpoint(
        name=CACHE,
        namespace=NAMESPACE,
        labels=LABELS,
        ports=(Port(number=PORT),),
        host=_HOST,
        scheme="redis",
    )
    metrics = Endpoint(
        name=f"{CACHE}-metrics",
        namespace=NAMESPACE,
        labels=LABELS,
        ports=(Port(number=METRICS),),
    )
    return Part(
        key=CACHE,
        namespaces=(PartNamespace(name=NAMESPACE),),
        releases=(cache_release(config, users(teams)),),
        credentials=(_credential(config, teams),),
        endpoints=(at,),
        scraped=(metrics,),
    )


def users(teams: Iterable[str]) -> dict[str, Any]:
    """Who may do what, in the server's own words.

    A team does as it likes with its own keys. What shows or stops others is left out: walking
    through all keys, or being told which ones change; scripts, functions and channels that
    everybody shares; the server's administration.
    """
    beyond = "-@admin -@dangerous -scan -randomkey -client|tracking -function -pubsub -script|flush"
    own = {team: {"permissions": f"~{team}:* &{team}:* +@all {beyond} +info"} for team in teams}
    return {_ADMINISTRATOR: {"permissions": "~* &* +@all"}, **own}


def _credential(config: CacheConfig, teams: Iterable[str]) -> Credential:
    named = tuple(teams)
    return Credential(
        name=USERS,
        namespace=NAMESPACE,
        words=(_ADMINISTRATOR, *named),
        accounts=tuple(map(_account, named)),
        generation=config.generation,
    )


def _account(team: str) -> Account:
    password = f"${{{team}}}"
    return Account(
        team=team,
        endpoint=CACHE,
        templates={
            "user": team,
            "password": password,
            "url": f"redis://{team}:{password}@{_HOST}:{PORT}",
        },
    )
