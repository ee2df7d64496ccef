"""Rules across a stack file: what is just allowed, what is just not, and what is not yet known."""

from pathlib import Path

import pytest

from components.config import ConfigError, read_stack_file

CLUSTER = """\
config:
  ml-platform:platform:
    cluster:
      provider: existing
      pools:
        general: { cpu: 16, memory: 60Gi }
      addresses: { pods: [10.1.0.0/16], services: [10.2.0.0/16], nodes: [10.3.0.0/16] }
      endpoints:
        warehouse: { namespace: warehouse, ports: [5432], host: warehouse.svc }
"""
ELSEWHERE = "config:\n  ml-platform:platform: { from_stack: platform }\n"


def keys(directory: Path, teams: str, platform: str = CLUSTER, more: str = "") -> list[str]:
    """The keys that are faulty."""
    path = directory / "Pulumi.dev.yaml"
    path.write_text(f"{platform}  ml-platform:teams:\n{teams}{more}", encoding="utf-8")
    try:
        read_stack_file(path)
    except ConfigError as error:
        return [fault.key for fault in error.faults]
    return []


def team(section: str, workload: str = "") -> str:
    """Team `a`, with one workload `w`, in flow style."""
    run = f"workloads: {{ w: {{ image: w:1, {workload} }} }}" if workload else ""
    return f"    a: {{ {', '.join(part for part in (section, run) if part)} }}\n"


W = "teams.a.workloads.w"


@pytest.mark.parametrize(
    ("section", "workload", "faulty"),
    [
        ("", "resources: { cpu: 500m }", []),
        ("", "resources: { cpu: 501m }", [f"{W}.resources.cpu"]),
        ("", "resources: { limits: { cpu: 2 } }", []),
        ("", "resources: { limits: { cpu: 2001m } }", [f"{W}.resources.limits.cpu"]),
        ("", "resources: { cpu: 1, limits: { cpu: 1 } }, replicas: 4", []),
        ("", "resources: { cpu: 1, limits: { cpu: 1 } }, replicas: 5", [f"{W}.replicas"]),
        ("", "resources: { cpu: 1, limits: { cpu: 1 } }, replicas: { min: 4, max: 90 }", []),
        ("quota: { memory: 512Mi }", "resources: { memory: 512Mi }", []),
        ("quota: { memory: 512Mi }", "replicas: 2", []),
        ("quota: { memory: 512Mi }", "replicas: 3", [f"{W}.replicas"]),
        ("quota: { cpu: 50m }", "published: true", [W]),
        ("quota: { pods: 3 }", "replicas: 3", []),
        ("quota: { pods: 3 }", "replicas: 4", [f"{W}.replicas"]),
        ("quota: { gpu: 2 }", "kind: job, resources: { gpu: 2 }", []),
        ("quota: { gpu: 2 }", "replicas: 2, resources: { gpu: 1 }", []),
        ("quota: { gpu: 2 }", "replicas: 3, resources: { gpu: 1 }", [f"{W}.replicas"]),
        ("", "kind: statefulset, volumes: { d: { mount: /d, claim: { size: 50Gi } } }", []),
        ("", "volumes: { d: { mount: /d, claim: { size: 1Gi } } }", []),
        ("", "replicas: 0", []),
        ("", "ports: [53, { port: 53, protocol: UDP }]", []),
        ("", "volumes: { a: { mount: /d, scratch: 1Gi }, b: { mount: /d/e, scratch: 1Gi } }", []),
        ("", "ports: [80], probes: { startup: {} }", []),
        ("", "probes: { startup: { port: 9 } }", []),
        ("containers: { maximum: { cpu: 500m } }", "", []),
        ("containers: { maximum: { cpu: 499m } }", "", ["teams.a.containers.maximum.cpu"]),
        (
            "containers: { requests: { cpu: 3 }, maximum: { cpu: 4 } }",
            "",
            ["teams.a.containers.requests.cpu"],
        ),
        ("quota: { limits: { memory: 8Gi } }", "", []),
        ("quota: { limits: { memory: 7Gi } }", "", ["teams.a.quota.limits.memory"]),
    ],
)
def test_amounts_at_the_edge(
    tmp_path: Path, section: str, workload: str, faulty: list[str]
) -> None:
    assert keys(tmp_path, team(section, workload)) == faulty


def test_a_rule_that_rests_on_a_broken_part_keeps_quiet(tmp_path: Path) -> None:
    teams = team("quota: { gpu: lots }", "resources: { gpu: 1 }, pool: general")
    assert keys(tmp_path, teams) == ["teams.a.quota.gpu"]
    broken = CLUSTER.replace("cpu: 16,", "cpu: sixteen,").replace("5432", "database")
    assert keys(tmp_path, team("needs: [cluster.warehouse]", "pool: general"), broken) == [
        "platform.cluster.pools.general.cpu",
        "platform.cluster.endpoints.warehouse.ports[0]",
    ]


def test_a_rule_about_whole_parts_speaks_beside_broken_ones(tmp_path: Path) -> None:
    broken = CLUSTER.replace("10.1.0.0/16", "somewhere")
    teams = team("needs: [cluster.nothing]", "pool: nowhere, resources: { gpu: 1 }, replicas: no")
    assert keys(tmp_path, teams, broken) == [
        "platform.cluster.addresses.pods[0]",
        "teams.a.needs[0]",
        f"{W}.replicas",
    ]


def test_a_need_for_a_workload_that_is_broken_is_not_called_unknown(tmp_path: Path) -> None:
    other = "    b: { workloads: { api: { image: Not An Image, ports: [80], published: true } } }\n"
    assert keys(tmp_path, team("needs: [team.b.api]") + other) == ["teams.b.workloads.api.image"]


def test_what_only_the_platforms_own_stack_knows_is_left_to_it(tmp_path: Path) -> None:
    teams = team("needs: [cluster.anything, platform.object-store]", "pool: any, replicas: 90")
    assert keys(tmp_path, teams, ELSEWHERE) == []
    assert keys(tmp_path, team("needs: [cluster, team.b.c, platform.]"), ELSEWHERE) == [
        "teams.a.needs[0]",
        "teams.a.needs[1]",
        "teams.a.needs[2]",
    ]


def test_a_secret_may_come_from_elsewhere_but_a_declared_one_has_its_keys(tmp_path: Path) -> None:
    secrets = "  ml-platform:secrets: { a: { db: { user: { secure: x } } } }\n"
    elsewhere = "env: { P: { secret: other, key: password } }"
    declared = "env: { P: { secret: db, key: user }, Q: { secret: db, key: password } }"
    assert keys(tmp_path, team("", elsewhere), more=secrets) == []
    assert keys(tmp_path, team("", declared), more=secrets) == [f"{W}.env.Q.key"]


def test_team_names_collide_with_namespaces_not_with_words_like_them(tmp_path: Path) -> None:
    for name in ("default", "kube-x", "ml-platform", "ml-platform-x", "warehouse", "monitoring"):
        assert keys(tmp_path, f"    {name}: {{}}\n") == [f"teams.{name}"]
    for name in ("kube", "kubernetes", "defaults", "ml", "a" * 63, "0day"):
        assert keys(tmp_path, f"    {name}: {{}}\n") == []
    assert keys(tmp_path, f"    {'a' * 64}: {{}}\n") == [f"teams.{'a' * 64}"]


@pytest.mark.parametrize("name", ["anonymous", "nobody", "platform", "kube-x", "monitoring"])
def test_a_team_is_not_called_what_somebody_else_goes_by(tmp_path: Path, name: str) -> None:
    assert keys(tmp_path, f"    {name}: {{}}\n") == [f"teams.{name}"]
