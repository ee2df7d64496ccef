"""Every rule of the pack. One file per concern; a rule is named as the sentence it enforces."""

from rules.images import IMAGES_ARE_PINNED
from rules.tenancy import TEAM_NAMESPACES_ARE_CLOSED

RULES = (IMAGES_ARE_PINNED, TEAM_NAMESPACES_ARE_CLOSED)
