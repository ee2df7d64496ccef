"""A chart that is small, what is expected of it, and how it is had."""

import subprocess
from datetime import date
from pathlib import Path

from components.charts.helm import Target
from components.charts.obtaining import Obtained, Store, obtain
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)

SIZE = Size(cpu="10m", memory="16Mi")
TARGET = Target(version="1.35", apis=("monitoring.coreos.com/v1",))
TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, annotations: null}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/main:{{ .Chart.AppVersion }}
        ports: [{containerPort: 8080}]
        resources: {{ toJson .Values.resources }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, annotations: {helm.sh/hook: test}}
---
{{ if .Values.random }}
apiVersion: v1
kind: ConfigMap
metadata: {name: made-up}
data: {password: {{ randAlphaNum 12 }}}
{{ end }}
---
{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: monitored}
data: {kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}}
{{ end }}
"""
PIN = ChartPin(
    chart="small",
    repository="https://charts.example.com",
    version="1.2.3",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
RELEASE = Release(
    pin=PIN,
    name="one",
    namespace="data",
    values={"replicas": 2, "random": False, "resources": SIZE.resources()},
    stand_in=StandIn(
        workloads=(
            ExpectedWorkload(
                kind="Deployment",
                name="one",
                labels={"app": "one"},
                replicas=2,
                containers=(
                    ExpectedContainer(
                        name="main",
                        image="registry.example.com/main:9.9.9",
                        size=SIZE,
                        ports=(8080,),
                    ),
                ),
            ),
        ),
        services=(ExpectedService(name="one", workload="one", ports={80: 8080}),),
    ),
)


def had(release: Release, store: Store) -> Obtained:
    return obtain([release], store, TARGET)[release.name]


def packaged(helm: str, folder: Path) -> Path:
    """A folder with the packaged chart, and the index of a repository."""
    source = folder / "small"
    (source / "templates").mkdir(parents=True)
    (source / "templates" / "all.yaml").write_text(TEMPLATE, "utf-8")
    (source / "values.yaml").write_text("replicas: 1\n", "utf-8")
    text = "apiVersion: v2\nname: small\nversion: 1.2.3\nappVersion: 9.9.9\n"
    (source / "Chart.yaml").write_text(text, "utf-8")
    for arguments in (("package", str(source), "-d", str(folder)), ("repo", "index", str(folder))):
        subprocess.run([helm, *arguments], check=True, capture_output=True)
    return folder
