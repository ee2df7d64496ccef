"""Workloads: what selects what, what scales, what is stored, who owns it."""

from typing import Any

import pytest

from components.manifests import Manifest
from components.tenancy.workloads.section import ServiceConfig
from tests.components.tenancy.samples import IMAGE, RICH, SEED, args, objects, workload

KINDS = {"Deployment", "StatefulSet", "Job", "CronJob"}


def pod_template(manifest: Manifest) -> Manifest:
    spec = manifest["spec"]
    template: Manifest = spec.get("jobTemplate", {}).get("spec", spec)["template"]
    return template


def running(made: dict[str, Manifest]) -> dict[str, Manifest]:
    return {name: m for name, m in made.items() if m["kind"] in KINDS}


def selects(selector: dict[str, str], labels: dict[str, str]) -> bool:
    return bool(selector) and selector.items() <= labels.items()


def test_every_selector_selects_exactly_its_own_workload_s_pods() -> None:
    made = objects(RICH)
    pods = {
        m["metadata"]["name"]: pod_template(m)["metadata"]["labels"] for m in running(made).values()
    }
    selectors = {
        name: m["spec"]["selector"].get("matchLabels", m["spec"]["selector"])
        for name, m in made.items()
        if "selector" in m.get("spec", {})
    }
    assert len(selectors) >= 9
    for name, selector in selectors.items():
        owner = name.split("/")[1].removesuffix("-headless")
        assert {pod for pod, labels in pods.items() if selects(selector, labels)} == {owner}


@pytest.mark.parametrize("name", [name for name in RICH["workloads"] if name != "web"])
def test_a_workload_refers_only_to_what_exists(name: str) -> None:
    made = objects(RICH)
    template = next(
        pod_template(m) for m in running(made).values() if m["metadata"]["name"] == name
    )
    spec = template["spec"]
    assert f"ServiceAccount/{spec['serviceAccountName']}" in made
    volumes = {v["name"] for v in spec.get("volumes", [])}
    claims = {
        claim["metadata"]["name"]
        for m in running(made).values()
        if m["metadata"]["name"] == name
        for claim in m["spec"].get("volumeClaimTemplates", [])
    }
    mounted = {m["name"] for c in spec["containers"] for m in c.get("volumeMounts", [])}
    assert mounted == volumes | claims
    for volume in spec.get("volumes", []):
        if "persistentVolumeClaim" in volume:
            claimed = volume["persistentVolumeClaim"]["claimName"]
            assert f"PersistentVolumeClaim/{claimed}" in made


def test_an_autoscaler_owns_the_replicas_that_it_scales() -> None:
    """A stated number would be put back by every `up`, whatever the load."""
    made = objects({"workloads": {**SEED["workloads"], "fixed": {"image": IMAGE, "replicas": 3}}})
    assert "replicas" not in made["Deployment/ml-inference"]["spec"]
    assert made["HorizontalPodAutoscaler/ml-inference"]["spec"]["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "ml-inference",
    }
    assert made["Deployment/fixed"]["spec"]["replicas"] == 3
    assert "HorizontalPodAutoscaler/fixed" not in made


@pytest.mark.parametrize(("least", "most"), [(1, 1), (1, 3), (2, 2), (2, 5), (3, 3)])
def test_a_budget_never_keeps_a_node_from_being_drained(least: int, most: int) -> None:
    made = workload({"replicas": {"min": least, "max": most}})
    budget = made.get("PodDisruptionBudget/api")
    assert (budget is not None) == (least >= 2)
    if budget is not None:
        assert budget["spec"]["maxUnavailable"] == 1
        assert "minAvailable" not in budget["spec"]


def test_nothing_but_the_account_of_a_workload_that_gitops_owns() -> None:
    made = objects({"workloads": {"web": RICH["workloads"]["web"]}})
    about_web = {n for n, m in made.items() if "ml-platform/workload" in m["metadata"]["labels"]}
    assert about_web == {"ServiceAccount/web"}


def test_a_token_is_mounted_only_where_the_api_is_needed() -> None:
    made = objects(RICH)
    tokens = {
        m["metadata"]["name"]
        for m in running(made).values()
        if pod_template(m)["spec"]["automountServiceAccountToken"]
    }
    assert tokens == {"api"}
    whole = objects({**SEED, "needs": ["api-server"]})["Deployment/ml-inference"]
    assert pod_template(whole)["spec"]["automountServiceAccountToken"] is True
    accounts = [m for m in made.values() if m["kind"] == "ServiceAccount"]
    assert all(account["automountServiceAccountToken"] is False for account in accounts)


def test_a_deployment_that_claims_storage_lets_go_of_it_before_it_takes_it_again() -> None:
    claimed = workload({"volumes": {"data": {"mount": "/data", "claim": {"size": "1Gi"}}}})
    assert claimed["Deployment/api"]["spec"]["strategy"] == {"type": "Recreate"}
    assert "strategy" not in workload({})["Deployment/api"]["spec"]
    claim = claimed["PersistentVolumeClaim/api-data"]["spec"]
    assert claim["storageClassName"] == "standard"
    group = pod_template(claimed["Deployment/api"])["spec"]["securityContext"]
    assert group["fsGroup"] == 1000


def test_a_stateful_set_s_pods_have_claims_and_names_of_their_own() -> None:
    made = objects(RICH)
    spec = made["StatefulSet/features"]["spec"]
    assert spec["serviceName"] == "features-headless"
    assert made["Service/features-headless"]["spec"]["clusterIP"] == "None"
    assert made["Service/features"]["spec"]["type"] == "ClusterIP"
    assert spec["volumeClaimTemplates"][0]["spec"]["storageClassName"] == "fast"
    assert not [name for name in made if name.startswith("PersistentVolumeClaim/features")]
    assert "Service/queue" not in made
    assert made["Service/queue-headless"]["spec"]["selector"] == {"ml-platform/workload": "queue"}


def test_a_gpu_is_a_limit_and_its_pods_tolerate_what_keeps_others_away() -> None:
    made = objects(RICH)
    trained = pod_template(made["Job/train"])["spec"]
    assert trained["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert trained["nodeSelector"] == {"ml-platform/pool": "gpu"}
    keys = {(t["key"], t.get("value", ""), t["effect"]) for t in trained["tolerations"]}
    assert keys == {("nvidia.com/gpu", "present", "NoSchedule"), ("spot", "", "NoExecute")}
    anywhere = pod_template(made["Deployment/batch"])["spec"]
    assert "nodeSelector" not in anywhere
    assert anywhere["tolerations"] == trained["tolerations"]
    assert "tolerations" not in pod_template(made["Deployment/api"])["spec"]


def test_the_environment_holds_text_secrets_by_reference_and_facts_about_needs() -> None:
    env = pod_template(objects(RICH)["Deployment/api"])["spec"]["containers"][0]["env"]
    assert env == [
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "api-token", "key": "token"}}},
        {"name": "WAREHOUSE", "value": "warehouse.warehouse.svc:5432"},
        {"name": "Z_LAST", "value": "z"},
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("host", "warehouse.warehouse.svc"),
        ("port", "5432"),
        ("address", "warehouse.warehouse.svc:5432"),
        ("url", "postgresql://warehouse.warehouse.svc:5432"),
    ],
)
def test_a_need_gives_its_host_its_port_both_and_a_url(value: str, text: str) -> None:
    made = workload({"env": {"IT": {"need": "cluster.warehouse", "value": value}}})
    assert pod_template(made["Deployment/api"])["spec"]["containers"][0]["env"][0]["value"] == text


def test_probes_ask_the_first_port_unless_told_otherwise() -> None:
    container = pod_template(objects(RICH)["Deployment/api"])["spec"]["containers"][0]
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": 8080}
    assert container["livenessProbe"]["tcpSocket"] == {"port": 9090}
    assert container["livenessProbe"]["initialDelaySeconds"] == 5
    assert container["startupProbe"]["failureThreshold"] == 30


def test_a_job_runs_once_and_stays_to_be_seen() -> None:
    made = objects(RICH)
    job = made["Job/train"]
    assert pod_template(job)["spec"]["restartPolicy"] == "Never"
    assert "ttlSecondsAfterFinished" not in job["spec"]
    assert (job["spec"]["completions"], job["spec"]["parallelism"]) == (2, 2)
    cron = made["CronJob/report"]["spec"]
    assert (cron["timeZone"], cron["concurrencyPolicy"], cron["suspend"]) == (
        "Etc/UTC",
        "Forbid",
        True,
    )


@pytest.mark.parametrize("level", ["restricted", "baseline", "privileged"])
def test_a_level_asks_of_an_image_what_it_must_and_no_more(level: str) -> None:
    """An image that runs as root and drops privileges itself is what `baseline` is there for."""
    made = objects({**SEED, "pod_security": level})
    spec = pod_template(made["Deployment/ml-inference"])["spec"]
    strict = level == "restricted"
    assert spec.get("securityContext", {}).get("runAsNonRoot", False) is strict
    assert ("capabilities" in spec["containers"][0].get("securityContext", {})) is strict


def test_ports_have_one_number_from_container_to_service_so_that_policies_fit() -> None:
    made = objects(RICH)
    for name, config in args(RICH).config.workloads.items():
        if not isinstance(config, ServiceConfig) or not config.ports or config.owner == "gitops":
            continue
        service: list[dict[str, Any]] = made[f"Service/{name}"]["spec"]["ports"]
        kind = "Deployment" if config.kind == "deployment" else "StatefulSet"
        container = pod_template(made[f"{kind}/{name}"])["spec"]["containers"][0]
        assert [p["port"] for p in service] == [p["targetPort"] for p in service]
        assert [p["containerPort"] for p in container["ports"]] == [p["port"] for p in service]
        assert len({p["name"] for p in service}) == len(service)
