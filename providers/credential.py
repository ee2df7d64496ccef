"""A password that is made once, lies encrypted in the stack's state, and is typed by nobody."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

_BYTES = 32


class CredentialProvider(ResourceProvider):
    """Makes it. Nothing is asked for, so nothing ever changes; a new name means a new one."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:  # noqa: ARG002
        """43 letters, digits and -, among them one of each kind that clouds insist on."""
        return CreateResult(id_="credential", outs={"value": password()})


class Credential(Resource, module="credential", name="Credential"):
    """A random password."""

    value: pulumi.Output[str]
    """Secret, and unknown until it is made."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["value"])
        super().__init__(
            CredentialProvider(), name, {"value": None}, pulumi.ResourceOptions.merge(opts, secret)
        )
        self.value = pulumi.Output.secret(self.value)


def password() -> str:
    """Random; one without a capital, a small letter or a digit is thrown away."""
    while True:
        text = secrets.token_urlsafe(_BYTES).replace("_", "-")  # which ElastiCache refuses
        kinds = (str.isupper, str.islower, str.isdigit)
        if text[0].isalnum() and all(any(kind(c) for c in text) for kind in kinds):
            return text
