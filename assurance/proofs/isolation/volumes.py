"""No volume of one team keeps its data where somebody else's does, or on the nodes themselves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Marker, Origin
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.claims import Claim, claimants, claims_of
from assurance.proofs.isolation.places import NODE, Place, meetings, of_system, place_of, places
from assurance.proofs.isolation.roles import items, text
from assurance.proofs.isolation.snapshots import CONTENT, content_of
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.selectors import SpecError

_SECRETS = (
    "controllerExpandSecretRef",
    "controllerPublishSecretRef",
    "nodeExpandSecretRef",
    "nodePublishSecretRef",
    "nodeStageSecretRef",
)
_KINDS = {"PersistentVolume", "PersistentVolumeClaim", "StatefulSet"}


_PROVISIONED = "pv.kubernetes.io/provisioned-by"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    """Somebody who has a place, and through what."""

    owner: str
    """A team, or a namespace where none lives."""
    place: Place
    by: str
    origin: Origin
    sure: bool = True
    """False where another claim may get the volume instead."""


class Volumes:
    """Judges volumes of pods, PersistentVolumes, and the claims that get them."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._teams = intent.teams
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        self._live = graph.mode == "live"
        self._found: list[Finding] = []
        self._uses: list[_Use] = []
        objects = [item for item in graph.objects() if item.gvk.kind in _KINDS]
        pods = list(graph.pods())
        holders: list[KubernetesObject | PodTemplate] = [*objects, *pods]
        self._claims = [claim for one in holders for claim in self._read(one)]
        volumes = {item.name for item in objects if item.gvk.kind == "PersistentVolume"}
        for claim in self._claims:
            self._copied(claim)
            self._named(claim, volumes)
        for item in objects:
            if item.gvk.kind == "PersistentVolume":
                self._volume(item)
        for item in graph.objects():
            if (item.gvk.group, item.gvk.kind) == CONTENT:
                self._snapshot(item)
        for pod in pods:
            self._pod(pod)

    @property
    def places(self) -> int:
        """How many places somebody has."""
        return len(self._uses)

    def findings(self) -> Iterator[Finding]:
        """What is shared or cannot be told; and each team that shares nothing."""
        found = [*self._found, *map(self._pair, self._shared())]
        yield from found
        doubt = any(each.status is Status.UNKNOWN for each in found)
        guilty = {team for each in found for team in each.witness.get("teams", ())}
        for team in sorted(set(self._teams) - guilty):
            status = Status.UNKNOWN if doubt else Status.PROVED
            message = f"no volume of {team} keeps its data where somebody else's does, or on nodes"
            yield finding("volume-shared", status, f"team {team}", message)

    def _owner(self, namespace: str) -> str:
        return self._team_of.get(namespace, f"namespace {namespace}")

    def _shared(self) -> Iterator[tuple[_Use, _Use]]:
        """Each use with the first of another owner, one of them a team, that it meets."""
        seen: set[frozenset[str]] = set()
        ordered = sorted(self._uses, key=lambda use: use.owner)
        for use, others in meetings((each.place, each) for each in ordered):
            other = next((one for one in others if self._strangers(one, use)), None)
            if other is not None and frozenset({other.owner, use.owner}) not in seen:
                seen.add(frozenset({other.owner, use.owner}))
                yield (other, use) if other.owner in self._teams else (use, other)

    def _strangers(self, one: _Use, other: _Use) -> bool:
        """Whether somebody has what a team has, and intent does not give it to both."""
        if one.owner == other.owner or not {one.owner, other.owner} & set(self._teams):
            return False
        return not (self._granted(one) and self._granted(other))

    def _granted(self, use: _Use) -> bool:
        """Whether intent gives a team the place that it has; nobody asks others."""
        team = self._teams.get(use.owner)
        return team is None or any(place_of(grant).covers(use.place) for grant in team.grants)

    def _pair(self, pair: tuple[_Use, _Use]) -> Finding:
        one, other = pair
        sure = one.sure and other.sure
        doubt = "" if sure else "; which claims get them is not known before they are bound"
        return finding(
            "volume-shared",
            Status.REFUTED if sure else Status.UNKNOWN,
            f"{one.owner} → {other.owner}",
            f"{one.by} ({one.owner}) and {other.by} ({other.owner}) keep their data in one place: "
            f"{one.place}, {other.place}{doubt}",
            witness={
                "teams": [use.owner for use in pair if use.owner in self._teams],
                "volumes": [use.by for use in pair],
                "places": [str(use.place) for use in pair],
            },
            remedy="give each team a store, a bucket or a prefix of its own; a subPath is none",
            origin=one.origin,
        )

    def _read(self, item: KubernetesObject | PodTemplate) -> list[Claim]:
        try:
            return list(claims_of(item))
        except SpecError as error:
            self._unknown(str(item), str(item.namespace or "default"), error)
        return []

    def _copied(self, claim: Claim) -> None:
        """A claim that begins with the data of another namespace's."""
        owner = self._owner(claim.namespace)
        try:
            source = claim.copies
        except SpecError as error:
            self._unknown(str(claim), claim.namespace, error)
            return
        if (
            source
            and self._owner(source) != owner
            and {owner, self._owner(source)} & set(self._teams)
        ):
            self._refuted(
                "volume-copied",
                owner,
                self._owner(source),
                f"{claim} begins with data of namespace {source}",
                claim.origin,
            )

    def _named(self, claim: Claim, volumes: Collection[str | Marker]) -> None:
        """A claim that takes a volume by name: whose data is on it, only who shows it can tell."""
        name = claim.spec.get("volumeName")
        if name and name not in volumes and Marker.UNKNOWN not in volumes:
            error = SpecError(f"it takes volume {name}, which the graph does not show")
            self._unknown(str(claim), claim.namespace, error)

    def _volume(self, item: KubernetesObject) -> None:
        spec = item.manifest.get("spec")
        try:
            where = claimants(item, self._claims)
            if not isinstance(spec, Mapping):
                message = "its spec is not known"
                raise SpecError(message)  # noqa: TRY301 - said where every other one is
            for owner in dict.fromkeys(map(self._owner, where)):
                self._uses += [
                    _Use(
                        owner=owner,
                        place=place,
                        by=str(item),
                        origin=item.resource.origin,
                        sure=len(where) == 1,
                    )
                    for place in places(spec)
                ]
                if owner in self._teams and self._by_hand(item, spec):
                    for place in places(spec):
                        self._on_node(owner, str(item), place, item.resource.origin)
                self._secrets(item, spec, owner)
        except SpecError as error:
            self._unknown(str(item), None, error)

    def _snapshot(self, item: KubernetesObject) -> None:
        """A snapshot, and the volume that it is of; one made by hand only who made it can tell."""
        try:
            content = content_of(item)
        except SpecError as error:
            self._unknown(str(item), None, error)
            return
        owner = self._owner(content.namespace)
        uses = [
            _Use(owner=owner, place=place, by=content.by, origin=content.origin)
            for place in content.places
        ]
        self._uses += uses
        if content.handle and owner in self._teams and not any(map(self._granted, uses)):
            message = f"it hands {owner} snapshot {content.handle}, which nobody here has made"
            self._unknown(str(item), content.namespace, SpecError(message))

    def _by_hand(self, item: KubernetesObject, spec: Mapping[str, Any]) -> bool:
        """A directory of nodes that somebody chose; on a cluster, provisioners make such, too."""
        metadata = item.manifest.get("metadata") or {}
        made = self._live and _PROVISIONED in (metadata.get("annotations") or {})
        return not made and ("hostPath" in spec or of_system(spec.get("local")))

    def _secrets(self, item: KubernetesObject, spec: Mapping[str, Any], owner: str) -> None:
        """Secrets of other teams that a volume is mounted with."""
        csi = spec.get("csi")
        for key in _SECRETS:
            reference = csi.get(key) if isinstance(csi, Mapping) else None
            if reference is not None:
                where = text(reference, "namespace")
                if self._team_of.get(where, owner) != owner:
                    message = f"{item} of {owner} is mounted with a Secret of namespace {where}"
                    origin = item.resource.origin
                    self._refuted("volume-secret", owner, self._owner(where), message, origin)

    def _pod(self, pod: PodTemplate) -> None:
        namespace = str(pod.namespace or "default")
        owner, origin = self._owner(namespace), pod.owner.resource.origin
        try:
            if pod.unknown:
                message = f"{pod.unknown[0]} is not known"
                raise SpecError(message)  # noqa: TRY301 - said where every other one is
            for volume in items(pod.spec, "volumes"):
                if not isinstance(volume, Mapping):
                    message = "volumes is not known"
                    raise SpecError(message)  # noqa: TRY301 - said where every other one is
                for place in places(volume):
                    by = f"volume {volume.get('name')} of {pod}"
                    if place.kind != NODE:
                        self._uses.append(_Use(owner=owner, place=place, by=by, origin=origin))
                    elif owner in self._teams:
                        self._on_node(owner, by, place, origin)
        except SpecError as error:
            self._unknown(str(pod), namespace, error)

    def _on_node(self, owner: str, by: str, place: Place, origin: Origin) -> None:
        message = f"{by} is {place.path} of whatever node it runs on, beside other teams' pods"
        self._refuted("host-path", owner, by, message, origin)

    def _refuted(self, rule: str, owner: str, other: str, message: str, origin: Origin) -> None:
        self._found.append(
            finding(
                rule,
                Status.REFUTED,
                f"{owner} → {other}",
                message,
                witness={"teams": [each for each in (owner, other) if each in self._teams]},
                remedy=_REMEDIES[rule],
                origin=origin,
            )
        )

    def _unknown(self, subject: str, namespace: str | None, error: SpecError) -> None:
        """Volumes of nobody's namespace do not matter, unless a claim gets them."""
        known = subject in {each.subject for each in self._found}
        if not known and (namespace is None or namespace in self._team_of):
            self._found.append(
                finding(
                    "volume-unknown",
                    Status.UNKNOWN,
                    subject,
                    f"where its data is cannot be told: {error}",
                    remedy="make it known before the deployment, or correct it",
                )
            )


_REMEDIES = {
    "host-path": "use a PersistentVolumeClaim, or emptyDir for what need not stay",
    "volume-copied": "copy the data within the team that owns it",
    "volume-secret": "keep the Secret where the claim is, or in a namespace of no team",
}
