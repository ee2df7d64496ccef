"""Stack files are edited as people edit them; the engine changes what each edit is about."""

import copy
import json
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import eventually
from tests.e2e.project import Project, namespaces, project, short
from tests.e2e.two_teams import PLATFORM, TEAMS, WAREHOUSE, edited

pytestmark = pytest.mark.e2e

KEEPING = """
def _kept(args):
    if args.type_.endswith(":ServiceAccount"):
        args.opts.retain_on_delete = True
    return pulumi.ResourceTransformationResult(args.props, args.opts)


pulumi.runtime.register_stack_transformation(_kept)
"""


@pytest.fixture(scope="module")
def place(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose stack `one` is deployed."""
    with project(tmp_path_factory.mktemp("stacks"), tools["kubectl"]) as made:
        made.write("one", {"platform": PLATFORM, "teams": TEAMS})
        started = made.mlp("sandbox", "start", "--stack", "one")
        assert started.returncode == 0, started.stderr
        made.kubectl("one").apply(*WAREHOUSE)
        made.outcome("up", "one")
        yield made


@pytest.fixture
def one(place: Project) -> Iterator[Project]:
    """The stack `one` as it was, before and after the test."""
    yield place
    place.write("one", {"platform": PLATFORM, "teams": TEAMS})
    place.outcome("up", "one")


def change(place: Project, teams: Mapping[str, Any]) -> dict[str, list[str]]:
    """Deploy other teams: what the preview promised is what was done; then nothing is left."""
    place.write("one", {"platform": PLATFORM, "teams": teams})
    promised = short(place.outcome("preview", "one"))
    assert short(place.outcome("up", "one")) == promised
    assert place.outcome("preview", "one", "--expect-no-changes")["changes"] == {}
    return promised


def test_a_second_preview_is_empty(one: Project) -> None:
    outcome = one.outcome("preview", "one", "--expect-no-changes")
    assert outcome["changes"] == {}
    assert outcome["unchanged"] > 30


def test_an_up_with_nothing_to_do_leaves_the_state_alone(one: Project) -> None:
    before = _state(one).read_bytes()
    _assert_nothing_to_deploy(one, "one")
    assert _state(one).read_bytes() == before


def _assert_nothing_to_deploy(place: Project, stack: str) -> None:
    again = place.mlp("up", "--stack", stack)
    assert "nothing to deploy" in again.stderr
    assert f"up of stack {stack}: succeeded" in again.stdout


def test_what_only_the_state_has_is_written_though_no_object_changes(one: Project) -> None:
    """A preview has nothing to say of what is kept when it is destroyed."""
    program = one.directory / "__main__.py"
    as_it_was = program.read_text("utf-8")
    keeping = as_it_was.replace("pulumi.run(main)", f"{KEEPING}pulumi.run(main)")
    found: list[bool] = []
    for text in (keeping, as_it_was):
        program.write_text(text, "utf-8")
        assert one.outcome("preview", "one", "--expect-no-changes")["changes"] == {}
        assert one.outcome("up", "one")["changes"] == {}
        found.append(_is_retained(one, ":ServiceAccount"))
    assert found == [True, False]


def _is_retained(place: Project, kind: str) -> bool:
    resources = json.loads(_state(place).read_bytes())["checkpoint"]["latest"]["resources"]
    (retained,) = {
        each.get("retainOnDelete", False) for each in resources if each["type"].endswith(kind)
    }
    return bool(retained)


def _state(place: Project) -> Path:
    engine = place.directory / ".ml-platform" / "sandbox" / "one" / "engine"
    return engine / "state" / ".pulumi" / "stacks" / "ml-platform" / "one.json"


def test_a_workload_that_somebody_deleted_is_made_anew_and_awaited_again(one: Project) -> None:
    one.kubectl("one")("delete", "deployment", "api", "--namespace", "ads")
    one.outcome("refresh", "one")
    done = short(one.outcome("up", "one"))
    assert done == {"create": ["ads-deployment-api"], "update": ["ads-ready"]}


def test_a_refresh_finds_nothing_that_the_cluster_has_changed(one: Project) -> None:
    one.outcome("refresh", "one")
    assert one.outcome("preview", "one", "--expect-no-changes")["changes"] == {}


def test_a_team_is_added_beside_the_others(one: Project) -> None:
    done = change(one, edited(TEAMS, risk={}))
    assert set(done) == {"create"}
    assert {name.partition("-")[0] for name in done["create"]} == {"risk"}
    assert "risk" in namespaces(one.kubectl("one"))


def test_a_team_that_is_removed_takes_its_namespace_and_nothing_else(one: Project) -> None:
    kubectl = one.kubectl("one")
    before = namespaces(kubectl)
    others = kubectl.json("get", "all,networkpolicies,resourcequotas", "-n", "ads")["items"]
    uids = {item["metadata"]["uid"] for item in others if item["kind"] != "ReplicaSet"}
    done = change(one, {"ads": TEAMS["ads"]})
    assert set(done) == {"delete"}
    assert {name.partition("-")[0] for name in done["delete"]} == {"fraud"}
    assert namespaces(kubectl) == before - {"fraud"}
    after = kubectl.json("get", "all,networkpolicies,resourcequotas", "-n", "ads")["items"]
    assert uids
    assert uids <= {item["metadata"]["uid"] for item in after}
    assert kubectl.run("get", "configmap", "intent-fraud", "-n", "ml-platform").returncode != 0


def test_a_raised_quota_changes_the_quota_and_the_intent(one: Project) -> None:
    done = change(one, edited(TEAMS, fraud__quota={"cpu": 6}))
    changed = sorted(name for names in done.values() for name in names)
    assert changed == ["fraud-configmap-intent-fraud", "fraud-resourcequota-quota"]
    assert done["update"] == ["fraud-resourcequota-quota"]
    quota = one.kubectl("one").json("get", "resourcequota", "quota", "-n", "fraud")
    assert quota["status"]["hard"]["requests.cpu"] == "6"


def test_a_new_image_changes_the_workload_and_its_gate(one: Project) -> None:
    image = "registry.example.com/ads/api:1.0.1"
    done = change(one, edited(TEAMS, ads__workloads__api__image=image))
    assert done == {"update": ["ads-deployment-api", "ads-ready"]}
    pods = one.kubectl("one").json("get", "pods", "-n", "ads")["items"]
    running = [p for p in pods if "deletionTimestamp" not in p["metadata"]]
    assert {c["image"] for p in running for c in p["spec"]["containers"]} == {image}


def test_a_job_with_a_new_image_is_replaced(one: Project) -> None:
    image = "registry.example.com/fraud/train:1.0.1"
    done = change(one, edited(TEAMS, fraud__workloads__train__image=image))
    assert done["replace"] == ["fraud-job-train"]
    job = one.kubectl("one").json("get", "job", "train", "-n", "fraud")
    assert job["spec"]["template"]["spec"]["containers"][0]["image"] == image


def test_a_need_opens_both_ends_and_nothing_else(one: Project) -> None:
    done = change(one, edited(TEAMS, fraud__workloads__score__needs=["team.ads.api"]))
    created = done.pop("create")
    assert {name.split("-")[0] for name in created} == {"ads", "fraud"}
    assert all("-networkpolicy-" in name for name in created)
    assert len(created) == 2
    assert [name for names in done.values() for name in names] == ["fraud-configmap-intent-fraud"]


def test_a_need_of_what_is_already_on_the_cluster_opens_the_way_out(one: Project) -> None:
    done = change(one, edited(TEAMS, fraud__needs=["cluster.warehouse"]))
    assert len(done["create"]) == 1
    name = done["create"][0].partition("-networkpolicy-")[2]
    policy = one.kubectl("one").json("get", "networkpolicy", name, "-n", "fraud")
    [rule] = policy["spec"]["egress"]
    [peer] = rule["to"]
    where = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
    labels = ",".join(f"{key}={value}" for key, value in peer["podSelector"]["matchLabels"].items())
    selected = one.kubectl("one").json("get", "pods", "-n", where, "-l", labels)["items"]
    assert [pod["metadata"]["name"] for pod in selected] == ["warehouse-0"]
    assert rule["ports"] == [{"port": 5432, "protocol": "TCP"}]


def crowd(ready_within: int) -> dict[str, Any]:
    """A team whose pods are too many for the cluster."""
    huge = {
        "image": "registry.example.com/risk/huge:1",
        "resources": {"cpu": 2, "memory": "1Gi", "limits": {"cpu": 3, "memory": "2Gi"}},
        "replicas": 20,
    }
    return {
        "ready_within": ready_within,
        "quota": {"cpu": 100, "memory": "100Gi"},
        "containers": {"maximum": {"cpu": 4}},
        "workloads": {"huge": huge},
    }


def test_a_workload_that_fits_on_no_node_fails_the_deployment_in_time_with_pod_and_reason(
    one: Project,
) -> None:
    risk = crowd(ready_within=10)
    one.write("one", {"platform": PLATFORM, "teams": {**TEAMS, "risk": risk}})
    outcome = one.outcome("up", "one", code=3)
    said = " ".join(message["text"] for message in outcome["messages"])
    assert "Deployment risk/huge" in said
    assert "Insufficient cpu" in said
    assert "huge-" in said
    assert outcome["seconds"] < 120


def test_an_interrupt_while_workloads_are_awaited_ends_soon_and_the_next_run_goes_on(
    one: Project,
) -> None:
    teams = {**TEAMS, "risk": crowd(ready_within=200)}
    one.write("one", {"platform": PLATFORM, "teams": teams})
    with one.running("up", "--stack", "one") as running:
        kubectl = one.kubectl("one")
        eventually(lambda: kubectl.json("get", "pods", "-n", "risk")["items"])
        running.send_signal(signal.SIGINT)
        begun = time.monotonic()
        running.communicate(timeout=120)
    assert running.returncode == 130
    assert time.monotonic() - begun < 60
    teams["risk"] = {}
    one.write("one", {"platform": PLATFORM, "teams": teams})
    one.outcome("up", "one")
    assert one.outcome("preview", "one", "--expect-no-changes")["changes"] == {}


def test_two_stacks_give_the_objects_of_one(one: Project) -> None:
    one.write("platform", {"platform": PLATFORM})
    one.write("teams", {"platform": {"from_stack": "platform"}, "teams": TEAMS})
    one.outcome("up", "platform")
    one.outcome("up", "teams")
    _assert_nothing_to_deploy(one, "teams")  # the second `up` that it has ever seen
    together, apart = (objects(one, sandbox) for sandbox in ("one", "platform"))
    assert len(together) > 25
    assert apart == together
    left = one.outcome("destroy", "teams")
    assert left["result"] == "succeeded"
    assert namespaces(one.kubectl("platform")) == {"ml-platform"}
    one.outcome("destroy", "platform")
    assert namespaces(one.kubectl("platform")) == set()


def test_a_team_stack_before_its_platform_says_what_to_deploy_first(one: Project) -> None:
    one.write("early", {"platform": PLATFORM})
    one.write("late", {"platform": {"from_stack": "early"}, "teams": TEAMS})
    done = one.mlp("up", "--stack", "late")
    assert done.returncode == 3
    assert "mlp up --stack early" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


KINDS = (
    "namespaces,resourcequotas,limitranges,networkpolicies,rolebindings,serviceaccounts,services,"
    "deployments,jobs,configmaps,clusterroles"
)


def objects(place: Project, sandbox: str) -> dict[tuple[str, str, str], Any]:
    """What we have made on a cluster, without what names the stack or the moment."""
    ours = ("-l", "app.kubernetes.io/managed-by=ml-platform")
    items = place.kubectl(sandbox).json("get", KINDS, "-A", *ours)["items"]
    return {_name(item): _lasting(item) for item in items}


def _name(item: Mapping[str, Any]) -> tuple[str, str, str]:
    metadata = item["metadata"]
    return item["kind"], metadata.get("namespace", ""), metadata["name"]


def _lasting(item: Mapping[str, Any]) -> Any:
    spec = copy.deepcopy(item.get("spec", {}))
    for moment in ("clusterIP", "clusterIPs"):
        spec.pop(moment, None)
    if item["kind"] == "Job":
        spec.pop("selector")
        spec["template"].pop("metadata")
    labels = {k: v for k, v in item["metadata"]["labels"].items() if k != "ml-platform/stack"}
    rest = {k: item[k] for k in ("rules", "subjects", "roleRef") if k in item}
    return {"labels": labels, "spec": spec, **rest}
