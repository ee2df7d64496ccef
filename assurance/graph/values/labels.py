"""Labels by which objects say whose they are; everybody goes by these: objects, rules, proofs."""

TEAM = "ml-platform/team"
"""Which team's."""
CLASS = "ml-platform/namespace-class"
"""Of a namespace: `team` or `platform`."""
