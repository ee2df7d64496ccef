"""What a gateway asks of callers before it leads them to a route: Envoy Gateway's policies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.graph.values import Shown, Tokens
from assurance.proofs.isolation.gateways import GATEWAY
from assurance.proofs.isolation.roles import items
from assurance.proofs.network.selectors import SpecError, refuse_unknown, selector

_ENVOY = "gateway.envoyproxy.io"
_WORDS = {"jwt": "a token", "apiKeyAuth": "a key", "basicAuth": "a password", "oidc": "a login"}
"""By what a SecurityPolicy asks for, what people need."""
_PAST = ("optional", "failOpen")
"""Either lets in whoever shows nothing."""

_ACTS_ON = ("targetRef", "targetRefs", "targetSelectors")

_Key = tuple[str, str, str]


class Doormen:
    """SecurityPolicies, by the routes that they act on."""

    def __init__(self, objects: Iterable[KubernetesObject]) -> None:
        self._named: dict[_Key, list[KubernetesObject]] = defaultdict(list)
        self._choosing: list[KubernetesObject] = []
        self._hidden: list[KubernetesObject] = []
        self._classes: dict[_Key, str | None] = {}
        self._controllers: dict[str, str | None] = {}
        for item in objects:
            match item.gvk.group, item.gvk.kind:
                case (group, "SecurityPolicy") if group == _ENVOY:
                    self._targets(item)
                case (group, "Gateway") if group == GATEWAY:
                    self._classes[_key(item)] = _stated(item, "gatewayClassName")
                case (group, "GatewayClass") if group == GATEWAY:
                    self._controllers[str(item.name)] = _stated(item, "controllerName")

    def of(self, route: KubernetesObject) -> list[KubernetesObject]:
        """Who acts on all of a route. Of several one alone acts, and nobody can tell which."""
        if any(not known.startswith(f"{_ENVOY}/") for known in self._kept_by(route)):
            return []
        for policy in self._hidden:
            if policy.namespace == route.namespace or isinstance(policy.namespace, Marker):
                message = f"what {policy} acts on is not known"
                raise SpecError(message)
        chosen = (policy for policy in self._choosing if _chooses(policy, route))
        return [*self._named.get(_key(route), ()), *chosen]

    def of_gateway(self, route: KubernetesObject) -> list[KubernetesObject]:
        """Who acts on the whole gateway, where a route has nobody of its own."""
        return [policy for key in _parents(route) for policy in self._named.get(key, ())]

    def unseen(self, route: KubernetesObject) -> list[str]:
        """Gateways of which nobody here knows whether they heed SecurityPolicies."""
        known = self._classes
        return [
            f"Gateway {where}/{name} heeds SecurityPolicies"
            for kind, where, name in _parents(route)
            if self._controllers.get(str(known.get((kind, where, name)))) is None
        ]

    def _kept_by(self, route: KubernetesObject) -> list[str]:
        names = (self._classes.get(key) for key in _parents(route))
        return [known for name in names if (known := self._controllers.get(str(name)))]

    def _targets(self, policy: KubernetesObject) -> None:
        try:
            spec, where = _spec(policy), str(policy.namespace or "default")
            refuse_unknown([spec.get(key) for key in _ACTS_ON], str(policy))
        except SpecError:
            self._hidden.append(policy)
            return
        if spec.get("targetSelectors"):
            self._choosing.append(policy)
        for target in (*items(spec, "targetRefs"), spec.get("targetRef") or {}):
            if target.get("group") == GATEWAY and not target.get("sectionName"):
                key = (str(target.get("kind")), where, str(target.get("name")))
                self._named[key].append(policy)


def asked(policies: Iterable[KubernetesObject]) -> tuple[str, ...]:
    """What callers need whichever of these policies acts."""
    each = [
        [words for key, words in _WORDS.items() if (part := _spec(p).get(key)) and not _past(part)]
        for p in policies
    ]
    return tuple(words for words in _WORDS.values() if each and all(words in one for one in each))


def fault(policy: KubernetesObject, shown: Shown) -> str | None:
    """How it lets in who has not what a route asks for; SpecError where that is not known."""
    spec = _spec(policy)
    refuse_unknown(spec, str(policy))
    if shown.tokens is not None:
        return _other_tokens(spec.get("jwt") or {}, shown.tokens)
    if shown.keys is not None:
        where = str(policy.namespace or "default")
        return _other_keys(items(spec.get("apiKeyAuth") or {}, "credentialRefs"), where, shown.keys)
    return None


def _other_tokens(jwt: Mapping[str, Any], wanted: Tokens) -> str | None:
    providers = items(jwt, "providers")
    if not providers:
        return "asks for no token"
    if _past(jwt):
        return "lets in whoever has no token"
    for each in providers:
        keys = (each.get("remoteJWKS") or {}).get("uri")
        audiences = set(items(each, "audiences"))
        if each.get("issuer") != wanted.issuer:
            return f"takes tokens of {each.get('issuer') or 'every issuer'}"
        if keys != wanted.keys:
            return f"takes tokens that keys of {keys or 'its own'} have signed"
        if wanted.audiences and not (audiences and audiences <= set(wanted.audiences)):
            return f"takes tokens for {', '.join(sorted(audiences)) or 'anybody'}"
    return None


def _other_keys(given: list[Any], where: str, wanted: str) -> str | None:
    secrets = {(each.get("namespace") or where, each.get("name")) for each in given}
    if not secrets:
        return "asks for no key"
    others = sorted(f"{space}/{name}" for space, name in secrets - {(where, wanted)})
    return f"takes the keys of Secret {', '.join(others)}" if others else None


def _past(part: Any) -> bool:
    return isinstance(part, Mapping) and any(part.get(key) for key in _PAST)


def _chooses(policy: KubernetesObject, route: KubernetesObject) -> bool:
    labels = (route.manifest.get("metadata") or {}).get("labels") or {}
    return (policy.namespace or "default") == (route.namespace or "default") and any(
        (each.get("group", GATEWAY), each.get("kind")) == (route.gvk.group, route.gvk.kind)
        and selector(each).matches(labels)
        for each in items(_spec(policy), "targetSelectors")
    )


def _parents(route: KubernetesObject) -> list[_Key]:
    here = str(route.namespace or "default")
    return [
        (str(p.get("kind") or "Gateway"), str(p.get("namespace") or here), str(p.get("name")))
        for p in items(_spec(route), "parentRefs")
    ]


def _key(item: KubernetesObject) -> _Key:
    return item.gvk.kind, str(item.namespace or "default"), str(item.name)


def _stated(item: KubernetesObject, key: str) -> str | None:
    spec = item.manifest.get("spec")
    stated = spec.get(key) if isinstance(spec, Mapping) else None
    return stated if isinstance(stated, str) else None


def _spec(item: KubernetesObject) -> Mapping[str, Any]:
    spec = item.manifest.get("spec") or {}
    if not isinstance(spec, Mapping):
        message = f"{item}.spec is not known"
        raise SpecError(message)
    return spec
