"""What rules about resources of clouds share."""

from assurance.guardrails.guardrail import Framework, Resources, Selector
from assurance.guardrails.predicate import (
    AllOf,
    AnyOf,
    Equals,
    Every,
    Matches,
    Predicate,
    Scalar,
    Some,
    Stated,
    at,
)
from assurance.guardrails.surroundings import AFTER, BESIDE, FROM, TOKEN

CIS_AWS, CIS_AZURE = Framework.CIS_AWS, Framework.CIS_AZURE
CIS_EKS, CIS_AKS = Framework.CIS_EKS, Framework.CIS_AKS
FSBP, MCSB = Framework.FSBP, Framework.MCSB

ANYWHERE = r"\*|Internet|Any|.*/[0-7]"
"""A source of packets that is everybody: also half of all addresses, or an eighth."""


def these(name: str, *types: str) -> Selector:
    """Resources of some types."""
    return Selector(of=Resources(name, types))


def on(*steps: str) -> Equals:
    """It is switched on."""
    return Equals(at(*steps), value=True)


def off(*steps: str) -> Equals:
    """It is switched off, in so many words."""
    return Equals(at(*steps), value=False)


def word(value: Scalar, *steps: str) -> Equals:
    """It has this value."""
    return Equals(at(*steps), value)


def beside(token: str, *require: Predicate) -> Some:
    """Some resource of this type speaks of it, and keeps all of these."""
    return Some((at(BESIDE, token),), AllOf(require))


def after(token: str, *require: Predicate) -> Some:
    """It waits for some resource of this type that keeps all of these."""
    return Some((at(AFTER),), AllOf((word(token, TOKEN), *require)))


def made_from(key: str, token: str, *require: Predicate) -> Some:
    """One of its inputs comes from a resource of this type that keeps all of these."""
    return Some((at(FROM, key),), AllOf((word(token, TOKEN), *require)))


def own_key(token: str, pattern: str, *steps: str) -> AnyOf:
    """What stands there is a key of ours: by its name, or made from one in this program."""
    there = at(*steps)
    return AnyOf((Matches(there, pattern), AllOf((Stated(there), made_from(steps[0], token)))))


def some(key: str, *require: Predicate) -> Some:
    """Some item of a list."""
    return Some((at(*key.split(".")),), AllOf(require))


def each(key: str, *require: Predicate) -> Every:
    """Each item of a list."""
    return Every((at(*key.split(".")),), AllOf(require))
