"""Packaged charts that render to what stand-ins state, with what only real charts have besides."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assurance.graph.annotations import ASSUMES
from assurance.graph.values import Gvk
from components.charts.release import Release
from components.charts.simulated import stand_in_definitions, stand_in_objects
from components.manifests import Manifest

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_MONITORING = "monitoring.coreos.com"
_KINDS = {"alertmanagers": "Alertmanager", "prometheuses": "Prometheus"}


def packaged(helm: str, releases: Iterable[Release], work: Path, into: Path) -> None:
    """One package for each release's chart, of the version that its pin names."""
    for release in releases:
        source = work / release.pin.chart
        (source / "templates").mkdir(parents=True)
        objects = [*_objects(release), *_definitions(release), *_besides(release)]
        (source / "objects.yaml").write_text(yaml.safe_dump_all(objects), "utf-8")
        (source / "templates" / "all.yaml").write_text('{{ .Files.Get "objects.yaml" }}', "utf-8")
        (source / "values.yaml").write_text("{}\n", "utf-8")
        stated = {"apiVersion": "v2", "name": release.pin.chart, "version": release.pin.version}
        (source / "Chart.yaml").write_text(yaml.safe_dump(stated), "utf-8")
        command = [helm, "package", str(source), "--destination", str(into)]
        subprocess.run(command, check=True, capture_output=True)


def _objects(release: Release) -> Iterator[Manifest]:
    """Without what operators make: a rendering does not have it."""
    later = {
        key
        for each in release.stand_in.workloads
        if each.made_of is not None
        for key in ((each.kind, each.name), ("ServiceAccount", each.account))
    }
    for each in stand_in_objects(release):
        if (each["kind"], each["metadata"]["name"]) not in later:
            yield _seen(each)


def _definitions(release: Release) -> Iterator[Manifest]:
    """Our stubs, and for kinds that only the chart itself uses, those that take anything."""
    stubs = [_seen(each) for each in stand_in_definitions(release)]
    yield from stubs
    known = {each["metadata"]["name"] for each in stubs}
    for name in sorted(set(release.stand_in.definitions) - known):
        plural, _, group = name.partition(".")
        yield _definition(Gvk(group=group, version="v1", kind=_KINDS.get(plural, plural)), plural)


def _seen(manifest: Manifest) -> Manifest:
    metadata = manifest["metadata"]
    kept = {k: v for k, v in metadata.get("annotations", {}).items() if k != ASSUMES}
    return {**manifest, "metadata": {**metadata, "annotations": kept}}


def _definition(gvk: Gvk, plural: str) -> Manifest:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": gvk.version, "served": True, "storage": True}
    return _object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        f"{plural}.{gvk.group}",
        spec={
            "group": gvk.group,
            "scope": "Namespaced",
            "names": {"kind": gvk.kind, "plural": plural},
            "versions": [{**version, "schema": {"openAPIV3Schema": schema}}],
        },
    )


def _besides(release: Release) -> Iterator[Manifest]:
    yield from _BESIDES.get(release.pin.chart, ())
    for each in release.stand_in.workloads:
        kind, _, name = (each.made_of or "").partition("/")
        if kind in _KINDS.values():
            yield _object(f"{_MONITORING}/v1", kind, name, spec={"replicas": each.replicas})
            yield _object("v1", "ServiceAccount", each.account)


def _object(api: str, kind: str, name: str, **fields: Any) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **fields}


def _rule(group: str, resource: str, *verbs: str) -> Mapping[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "verbs": list(verbs)}


_OF_DEFINITIONS = {
    "apiGroups": ["apiextensions.k8s.io"],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE"],
}
_BESIDES: Mapping[str, tuple[Manifest, ...]] = {
    "gateway-crds-helm": (
        _object(
            f"{_ADMISSION}/v1",
            "ValidatingAdmissionPolicy",
            "upgrades",
            spec={
                "matchConstraints": {"resourceRules": [{**_OF_DEFINITIONS, "resources": ["*"]}]},
                "validations": [{"expression": "true"}],
            },
        ),
        _object(
            f"{_ADMISSION}/v1",
            "ValidatingAdmissionPolicyBinding",
            "upgrades",
            spec={"policyName": "upgrades", "validationActions": ["Deny"]},
        ),
    ),
    "kube-prometheus-stack": (
        _object(
            f"{_RBAC}/v1",
            "ClusterRole",
            "kps-operator",
            rules=[_rule("", "secrets", "*"), _rule("apps", "statefulsets", "*")],
        ),
    ),
    "metrics-server": (
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "metrics-server-auth-reader", "namespace": "kube-system"},
            "roleRef": {
                "apiGroup": _RBAC,
                "kind": "Role",
                "name": "extension-apiserver-authentication-reader",
            },
            "subjects": [
                {
                    "kind": "ServiceAccount",
                    "name": "metrics-server",
                    "namespace": "metrics-server",
                }
            ],
        },
    ),
}
"""What charts bring that no stand-in states, and that proofs have stumbled over."""
