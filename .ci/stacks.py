"""The stacks that stand on a cluster of a cloud, or of somebody else's, as a JSON list."""

import json
import re
from pathlib import Path

LOCAL = re.compile(r"^[^#\n]*\b(simulated:\s*true|provider:\s*kind)\b", re.MULTILINE)
BENEATH = re.compile(r"^[^#\n]*\bfrom_stack:\s*[\"']?([\w.-]+)", re.MULTILINE)
"""Another stack, whose platform a stack of teams stands on."""
TEXTS = {p.stem.removeprefix("Pulumi."): p.read_text() for p in Path().glob("Pulumi.*.yaml")}


def elsewhere(text: str) -> bool:
    """Whether a stack's cluster is one that others can reach."""
    beneath = BENEATH.search(text)
    local = LOCAL.search(TEXTS.get(beneath[1], "") if beneath else text)
    return local is None


print(json.dumps([name for name, text in sorted(TEXTS.items()) if elsewhere(text)]))
