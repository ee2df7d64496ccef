"""A part of the platform on its cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pulumi

from components.charts.chart import Chart, ChartArgs
from components.charts.obtaining import Obtained
from components.credentials import Shared, Words, WordsArgs, secret_of, shared_secrets
from components.manifests import Manifest, register
from components.network.policies import in_namespace
from components.parts.identities import embodied
from components.parts.namespaces import namespace_manifests
from components.parts.operators import announced, to_be_made
from components.parts.part import Part
from components.parts.priority import prioritised
from components.tenancy.labels import CONFIG
from components.tenancy.secrets import stated_secrets
from providers.contract import Identify, nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformPartArgs:
    """What the part consists of."""

    part: Part
    policies: tuple[Manifest, ...]
    """Those that its needs, and the lack of others, ask for."""
    charts: Mapping[str, Obtained]
    """The objects of each release, by its name."""
    shared: tuple[Manifest, ...] = ()
    """What its own namespaces are given to log in with at parts before it."""
    identify: Identify = nobody
    """How a ServiceAccount becomes somebody in the cloud: the provider's verb."""


class PlatformPart(pulumi.ComponentResource):
    """Its namespaces with their bounds, then its credentials, its charts, its own objects."""

    shared: tuple[Shared, ...]
    """What teams log in with."""

    def __init__(
        self, name: str, args: PlatformPartArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        part = args.part
        super().__init__("ml-platform:parts:PlatformPart", name, {"config": part.key}, opts)
        ready = self._bounds(part, args.policies)
        made = list(self._credentials(part))
        own = (secret for secret, _ in made)
        secrets = register(
            self, (*own, *stated_secrets(part.stated), *args.shared), origin=part.key
        )
        ready = (*ready, *secrets.ready)
        self.shared = tuple(each for _, shared in made for each in shared)
        if part.before:
            ready = (
                *ready,
                *register(self, map(prioritised, part.before), origin=part.key, after=ready).ready,
            )
        known = {each.account: args.identify(each.account, each.grants) for each in part.acting}
        credentials = tuple(made for each in known.values() for made in each.after)
        made_later = to_be_made(part.releases, args.charts)
        for release in part.releases:
            obtained = args.charts[release.name]
            objects = announced(embodied(obtained.objects, known), made_later)
            wanted = ChartArgs(
                release=release,
                obtained=replace(obtained, objects=objects),
                origin=part.key,
                after=credentials,
            )
            beneath = pulumi.ResourceOptions(parent=self)
            ready = (*ready, *Chart(release.name, wanted, beneath).registered.ready)
        own_objects = announced(map(prioritised, part.objects), made_later)
        register(self, own_objects, origin=part.key, after=ready)
        self.register_outputs({})

    def _credentials(self, part: Part) -> Iterator[tuple[Manifest, tuple[Shared, ...]]]:
        """Each Secret of the platform's own, and those that teams are given of it."""
        for credential in part.credentials:
            wanted = WordsArgs(names=credential.words, generation=credential.generation)
            name = f"{credential.namespace}-{credential.name}"
            values = Words(name, wanted, pulumi.ResourceOptions(parent=self)).values
            yield secret_of(credential, values), tuple(shared_secrets(credential, values))

    def _bounds(self, part: Part, policies: tuple[Manifest, ...]) -> tuple[pulumi.Resource, ...]:
        """The part's namespaces, and what other parts open there."""
        beneath = pulumi.ResourceOptions(parent=self)
        asked: dict[str, list[Manifest]] = {part.key: []}
        for policy in policies:
            asked.setdefault(policy["metadata"]["annotations"][CONFIG], []).append(policy)
        own = asked.pop(part.key)
        ready: tuple[pulumi.Resource, ...] = ()
        for place in part.namespaces:
            there = (*namespace_manifests(place), *in_namespace(own, place.name))
            wanted = PlatformNamespaceArgs(objects=there, key=part.key)
            ready = (*ready, *PlatformNamespace(place.name, wanted, beneath).ready)
        for key, opened in asked.items():
            ready = (*ready, *register(self, opened, origin=key).ready)
        return ready


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformNamespaceArgs:
    """What one namespace of a part consists of."""

    objects: tuple[Manifest, ...]
    key: str
    """The stack file's, which asks for it."""


class PlatformNamespace(pulumi.ComponentResource):
    """One namespace with its bounds; those of another one have the same names."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, args: PlatformNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ml-platform:parts:PlatformNamespace", name, None, opts)
        self.ready = register(self, args.objects, origin=args.key).ready
        self.register_outputs({})
