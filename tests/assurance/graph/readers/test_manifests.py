"""A folder of manifests is the same graph as the program that would have registered them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assurance.document import dumps
from assurance.graph.graph import Graph
from assurance.graph.readers.manifests import Listener, ManifestsError, read_manifests
from assurance.graph.readers.recording import Program, record
from assurance.graph.resource import Secret

CANARY = "tweet-tweet-canary"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fraud}\n"


def config_map(name: str, data: str = "a: b") -> str:
    return (
        f"apiVersion: v1\nkind: ConfigMap\n"
        f"metadata: {{name: {name}, namespace: fraud}}\ndata: {{{data}}}\n"
    )


def folder(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def names(graph: Graph) -> list[str]:
    return sorted(str(item) for item in graph.objects())


def test_documents_lists_json_and_nested_folders_are_all_read(tmp_path: Path) -> None:
    inner = json.dumps({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(NAMESPACE)]})
    listed = {"apiVersion": "v1", "kind": "ConfigMapList", "items": [json.loads(inner)]}
    directory = folder(
        tmp_path,
        a_yaml=f"# a comment\n---\n{config_map('one')}---\n---\n{config_map('two')}",
        deep__er__b_yml=config_map("three"),
        c_json=json.dumps(listed),
        empty_yaml="",
        README_md=config_map("no"),
    )
    folder(directory / ".hidden", d_yaml=config_map("no"))
    graph = read_manifests(directory)
    assert names(graph) == [
        "ConfigMap fraud/one",
        "ConfigMap fraud/three",
        "ConfigMap fraud/two",
        "Namespace fraud",
    ]
    sources = {str(item): item.resource.origin.source for item in graph.objects()}
    assert sources == {
        "ConfigMap fraud/one": "a.yaml:3",
        "ConfigMap fraud/two": "a.yaml:9",
        "ConfigMap fraud/three": "deep/er/b.yml:1",
        "Namespace fraud": "c.json:1",
    }


def test_what_is_no_manifest_is_passed_over_with_a_note(tmp_path: Path) -> None:
    said: list[str] = []
    directory = folder(
        tmp_path,
        values_yaml="replicas: 3\n",
        list_yaml="- a\n- b\n",
        kustomization_yaml=("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"),
        kind_yaml="apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n",
        chart__Chart_yaml="apiVersion: v2\nname: web\n",
        chart__templates__web_yaml="kind: {{ .Values.kind }}\n",
        good_yaml=NAMESPACE,
    )
    assert names(read_manifests(directory, listener=Listener(passed_over=said.append))) == [
        "Namespace fraud"
    ]
    chart, *others = said
    assert chart.startswith("chart: passed over: a Helm chart: render it first (helm template")
    assert others == [
        "kind.yaml:1: document 1: passed over: Cluster is for kind",
        (
            "kustomization.yaml:1: document 1: passed over: Kustomization is for kustomize: "
            "render it first (kubectl kustomize DIR)"
        ),
        "list.yaml:1: document 1: passed over: expected a mapping",
        "values.yaml:1: document 1: passed over: no apiVersion, so no Kubernetes object",
    ]


def test_a_folder_that_is_a_chart_is_named_as_one(tmp_path: Path) -> None:
    chart = folder(tmp_path, Chart_yaml="apiVersion: v2\nname: web\n", values_yaml="a: 1\n")
    with pytest.raises(ManifestsError, match="a Helm chart: render it first"):
        read_manifests(chart)


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestsError, match="expected a folder"):
        read_manifests(tmp_path / "none")


def test_a_file_may_be_named_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "rendered.txt").write_text(NAMESPACE)
    graph = read_manifests(tmp_path / "rendered.txt")
    assert [item.resource.origin.source for item in graph.objects()] == ["rendered.txt:1"]


def test_one_object_in_two_api_versions_is_one_object(tmp_path: Path) -> None:
    scaler = "apiVersion: autoscaling/{}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: x}}\n"
    folder(tmp_path, a_yaml=scaler.format("v1"), b_yaml=scaler.format("v2"))
    with pytest.raises(ManifestsError, match="already described"):
        read_manifests(tmp_path)


def test_what_a_secret_holds_is_never_shown(tmp_path: Path) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{a: {CANARY}}}\n"
    graph = read_manifests(folder(tmp_path, s_yaml=text))
    [item] = graph.objects()
    assert item.manifest["stringData"] == Secret({"a": CANARY})
    assert CANARY not in dumps(graph.to_json()) + repr(graph)


def test_kubectls_copy_of_a_secret_is_never_shown(tmp_path: Path) -> None:
    copy = f"kubectl.kubernetes.io/last-applied-configuration: {CANARY}"
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, annotations: {{{copy}, a: b}}}}\n"
    graph = read_manifests(folder(tmp_path, s_yaml=text))
    [item] = graph.objects()
    assert item.manifest["metadata"]["annotations"]["a"] == "b"
    assert CANARY not in dumps(graph.to_json()) + repr(graph)


def test_objects_of_a_rehearsal_written_out_and_read_back_are_equal(
    program: Callable[..., Program], tmp_path: Path
) -> None:
    recorded = record(
        program("""
        key = {"annotations": {"ml-platform/config": "teams.fraud"}}
        thing("Namespace", "fraud", metadata=key)
        args = ["1e3", "0x1f", "null", "~", "- a", "a: b\\n", "2026-01-01", "08", "1:30", "on"]
        containers = [{"name": "yes", "args": args}]
        spec = {"replicas": 3, "ratio": 0.5, "on": True, "containers": containers}
        thing("Deployment", "api", metadata={"namespace": "fraud", **key}, spec=spec)
        """),
        "warm",
    )
    rendered = tmp_path / "rendered"
    rendered.mkdir()
    for number, item in enumerate(recorded.objects()):
        (rendered / f"{number}.yaml").write_text(json.dumps(item.manifest, indent=2))
    read = read_manifests(rendered, name="dev")

    assert {str(item): item.manifest for item in read.objects()} == {
        str(item): item.manifest for item in recorded.objects()
    }
    assert [item.resource.origin.config for item in read.objects()] == ["teams.fraud"] * 2
    assert [pod.spec for pod in read.pods()] == [pod.spec for pod in recorded.pods()]


def test_the_order_of_files_and_keys_does_not_show(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", a_yaml=config_map("one", "a: b, c: d"), b_yaml=NAMESPACE)
    two = folder(tmp_path / "two", a_yaml=config_map("one", "c: d, a: b"), b_yaml=NAMESPACE)
    assert dumps(read_manifests(one, name="x").to_json()) == dumps(
        read_manifests(two, name="x").to_json()
    )


def test_what_kubectl_would_read_and_we_do_not_is_said(tmp_path: Path) -> None:
    elsewhere = folder(tmp_path / "elsewhere", x_yaml=config_map("linked"))
    directory = folder(tmp_path / "k8s", a_yaml=config_map("one"))
    folder(directory / ".deep", d_yaml=config_map("hidden"))
    folder(directory / ".git", d_yaml=config_map("nobody's"))
    (directory / ".b.yaml").write_text(config_map("hidden too"))
    (directory / ".gitignore").write_text("*.pyc")
    (directory / "linked").symlink_to(elsewhere)
    said: list[str] = []
    assert names(read_manifests(directory, listener=Listener(passed_over=said.append))) == [
        "ConfigMap fraud/one"
    ]
    assert [each.partition(":")[0] for each in said] == [".deep", "linked", ".b.yaml"]
