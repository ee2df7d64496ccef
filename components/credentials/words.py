"""Made-up words as a resource: encrypted in the state, secret and unknown until they are made."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi.dynamic import Resource

from components.credentials.provider import WordsProvider


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsArgs:
    """Which words, and the how manyeth time they are made up."""

    names: tuple[str, ...]
    generation: int = 1


class Words(Resource, module="credentials", name="Words"):
    """Random words by their names."""

    values: pulumi.Output[Mapping[str, str]]
    """Always secret."""

    def __init__(
        self, name: str, args: WordsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props = {"names": sorted(args.names), "generation": args.generation, "values": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["values"])
        super().__init__(WordsProvider(), name, props, pulumi.ResourceOptions.merge(opts, secret))
        self.values = pulumi.Output.secret(self.values)
