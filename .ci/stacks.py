"""The stacks that stand on a cluster of a cloud, or of somebody else's, as a JSON list."""

import json
import re
from pathlib import Path

LOCAL = re.compile(r"^\s*(simulated:\s*true|provider:\s*kind)\b", re.MULTILINE)
FILES = sorted(Path().glob("Pulumi.*.yaml"))
STACKS = [path.stem.removeprefix("Pulumi.") for path in FILES if not LOCAL.search(path.read_text())]

print(json.dumps(STACKS))
