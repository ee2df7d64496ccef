"""Edits of a stack file, one team each: what a person would write before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Config = Mapping[str, Any]
IMAGE = "registry.example.com/team/app:1.0.0"
NEWER = "registry.example.com/team/app:1.0.1"
PAGE: dict[str, Any] = {"image": IMAGE, "ports": [8080]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One team before and after; None is a team that is not there."""

    name: str
    before: Config | None
    after: Config | None
    changes: str
    """Kinds of change that it must come to, beside those of components and gates."""
    own: tuple[Config, Config] = field(default=({}, {}))
    """The team's own manifest, before and after; none if empty."""


def _api(**more: Any) -> Config:
    return {"workloads": {"api": PAGE | more}}


def _api_edit(name: str, changes: str, before: Config, after: Config) -> Edit:
    return Edit(name=name, before=_api(**before), after=_api(**after), changes=changes)


def _work(name: str, changes: str, before: Config, after: Config) -> Edit:
    shapes = ({"workloads": {"work": {"image": IMAGE} | dict(each)}} for each in (before, after))
    one, other = shapes
    return Edit(name=name, before=one, after=other, changes=changes)


def _team(name: str, changes: str, before: Config, after: Config) -> Edit:
    return Edit(name=name, before=before, after=after, changes=changes)


def _own(name: str, changes: str, before: Config, after: Config) -> Edit:
    team = {"manifests": f"own/{name}"}
    return Edit(name=name, before=team, after=team, changes=changes, own=(before, after))


def _object(api: str, kind: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "own"}, **rest}


def _pods(app: str = "own") -> dict[str, Any]:
    return {
        "metadata": {"labels": {"app": app, "tier": "web"}},
        "spec": {
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "own",
                    "image": IMAGE,
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    }


def _deployment(selector: Config) -> dict[str, Any]:
    spec = {"replicas": 1, "selector": {"matchLabels": selector}, "template": _pods()}
    return _object("apps/v1", "Deployment", spec=spec)


def _service(**more: Any) -> dict[str, Any]:
    spec = {"selector": {"app": "own"}, "ports": [{"port": 80, "protocol": "TCP"}]}
    return _object("v1", "Service", spec=spec | more)


def _claim(size: str, **more: Any) -> dict[str, Any]:
    requests = {"requests": {"storage": size}}
    return _object(
        "v1",
        "PersistentVolumeClaim",
        spec={"accessModes": ["ReadWriteOnce"], "resources": requests, **more},
    )


def _data(**data: str) -> dict[str, Any]:
    return _object("v1", "ConfigMap", data=data)


def _labelled(manifest: Config, **labels: str) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "labels": labels}}


def _store(**claim: Any) -> Config:
    return {
        "kind": "statefulset",
        "ports": [6379],
        "volumes": {"data": {"mount": "/data", "claim": {"size": "1Gi", **claim}}},
    }


EDITS = (
    _api_edit("image", "update", {}, {"image": NEWER}),
    _api_edit("replicas", "create update", {}, {"replicas": 2}),
    _api_edit("probe", "update", {}, {"probes": {"readiness": {"http": "/ready"}}}),
    _api_edit(
        "respelled",
        "",
        {"resources": {"cpu": "1", "memory": "1Gi", "limits": {"cpu": "1", "memory": "1Gi"}}},
        {
            "resources": {
                "cpu": "1000m",
                "memory": "1024Mi",
                "limits": {"cpu": "1", "memory": "1Gi"},
            }
        },
    ),
    _api_edit("port", "update", {}, {"ports": [9090]}),
    _api_edit("autoscaled", "create update", {}, {"replicas": {"min": 1, "max": 3}}),
    _api_edit("portless", "delete update", {}, {"ports": []}),
    _work("job-command", "replace", {"kind": "job", "command": ["a"]}, {"kind": "job"}),
    _work("job-retries", "update", {"kind": "job"}, {"kind": "job", "retries": 1}),
    _work(
        "job-width",
        "replace",
        {"kind": "job", "completions": 2},
        {"kind": "job", "completions": 2, "parallelism": 2},
    ),
    _work(
        "cron-schedule",
        "update",
        {"kind": "cronjob", "schedule": "0 6 * * *"},
        {"kind": "cronjob", "schedule": "0 7 * * *"},
    ),
    _work("kind-of-workload", "create delete", {"kind": "job"}, {"kind": "deployment"}),
    _team("quota", "replace update", _api(), {**_api(), "quota": {"cpu": 6}}),
    _team(
        "defaults", "replace update", _api(), {**_api(), "containers": {"maximum": {"cpu": "3"}}}
    ),
    _team("pod-level", "replace update", {}, {"pod_security": "baseline"}),
    _team("closed", "delete replace", {}, {"open_within": False}),
    _team("member", "create replace", {}, {"members": {"edit": {"groups": ["engineers"]}}}),
    _team("need", "create replace", {}, {"needs": ["internet"]}),
    _team("need-gone", "delete replace", {"needs": ["internet"]}, {}),
    _team("need-of-another", "create replace", _api(), _api(needs=["team.served.api"])),
    _team("served", "create", _api(published=True), _api(published=True)),
    _team("renamed", "create delete", _api(), {"workloads": {"web": PAGE}}),
    _team("patience", "", _api(), {**_api(), "ready_within": 100}),
    Edit(name="added", before=None, after=_api(), changes="create"),
    Edit(
        name="removed",
        before={"workloads": {"work": {"image": IMAGE, **_store()}}},
        after=None,
        changes="delete",
    ),
    _own("own-data", "replace", _data(a="1"), _data(a="2")),
    _own("own-label", "update", _data(a="1"), _labelled(_data(a="1"), colour="red")),
    _own("own-selector", "replace", _deployment({"app": "own"}), _deployment({"tier": "web"})),
    _own("own-port", "update", _service(), _service(ports=[{"port": 81, "protocol": "TCP"}])),
    _own("own-kept", "delete", _claim("1Gi"), {}),
    _own("own-new", "create", {}, _data(a="1")),
)
