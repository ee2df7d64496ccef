"""The policy pack. Making one starts its server, so nothing else happens here."""

import os
from pathlib import Path

from guard import policy
from pulumi_policy import EnforcementLevel, PolicyPack
from rules import RULES
from strictness import levels

PolicyPack(
    name="ml-platform",
    policies=[policy(rule) for rule in RULES],
    enforcement_level=EnforcementLevel.MANDATORY,
    initial_config=levels(Path(__file__).parent, os.environ.get("PULUMI_STACK")),
)
