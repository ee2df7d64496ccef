"""Intent that a person wrote about manifests or a cluster: YAML or JSON."""

from pathlib import Path
from typing import Any

from assurance.graph.decoding import DecodeError
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_json
from assurance.graph.readers.documents import Place, documents
from operations.errors import UserError

EXAMPLE = """\
teams:
  web: {namespaces: [web, web-jobs], needs: [{to: team.data.db, ports: [{number: 5432}]}]}
  data: {namespaces: [data]}
endpoints:
  team.data.db: {name: team.data.db, namespace: data, labels: {app: db}, ports: [{number: 5432}]}
waivers:
  - {finding: "isolation/host-network: *", owner: ada, reason: "ticket 7", expires: 2027-01-31}"""


def read_intent(path: Path) -> Intent:
    """One document; a document that `--json` wrote serves as well, for the intent in it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"--intent {path}: cannot be read: {error.strerror}"
        raise UserError(message) from None
    try:
        return intent_from_json(_document(raw, path))
    except DecodeError as error:
        message = f"--intent {path}: {error}"
        raise UserError(message) from None


def _document(raw: bytes, path: Path) -> Any:
    found = [each.value for each in documents(raw, path.name, _refuse)]
    if len(found) != 1:
        message = f"--intent {path}: expected one document with teams, got {len(found)}"
        raise UserError(message)
    [value] = found
    return value["intent"] if isinstance(value, dict) and "results" in value else value


def _refuse(place: Place, why: str) -> None:
    message = f"--intent {place}: {why}"
    raise UserError(message)
