"""A sandbox is its owner's alone, and it trusts nobody on its port."""

import http.server
import json
import threading
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.sandbox import TOOLS, same_cluster, status
from tests.e2e.cluster import Kubectl
from tests.e2e.lab import Lab
from tests.e2e.manifests import namespace

pytestmark = pytest.mark.e2e


def listening(pids: set[int]) -> set[str]:
    """The addresses, as the kernel writes them, on which any of these processes listens."""
    sockets = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            sockets.add(str(handle.readlink()) if handle.is_symlink() else "")
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            connected = table.startswith("tcp") and fields[3] != "0A"
            if not connected and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1])
    return found


def test_secrets_are_in_private_files_and_in_no_command_line_environment_or_log(lab: Lab) -> None:
    lab.start()
    assert lab.directory.stat().st_mode & 0o777 == 0o700
    for path in lab.directory.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    tokens = [
        line.split(",")[0]
        for line in (lab.directory / "credentials/tokens.csv").read_text().splitlines()
    ]
    seen = [
        (Path(f"/proc/{pid}") / what).read_text(errors="replace")
        for pid in lab.processes()
        for what in ("cmdline", "environ")
    ]
    seen += [path.read_text() for path in (lab.directory / "logs").iterdir()]
    seen.append((lab.directory / "sandbox.json").read_text())
    assert len(seen) >= 2 * len(TOOLS)
    assert not any(token in text for token in tokens for text in seen)


def test_one_port_is_open_and_only_on_the_loopback_address(lab: Lab) -> None:
    lab.start()
    there = status(lab.directory)
    assert there
    assert listening(lab.processes()) == {f"0100007F:{there.port:04X}"}


def test_a_wrong_token_no_token_and_a_wrong_authority_are_refused(lab: Lab) -> None:
    lab.start()
    document = json.loads((lab.directory / "kubeconfig").read_text())
    kubeconfig = lab.directory / "run" / "bad.kubeconfig"
    kubectl = Kubectl(binary=lab.tools["kubectl"], kubeconfig=kubeconfig)

    def refusal(user: object = None, cluster: object = None) -> str:
        bad = json.loads(json.dumps(document))
        bad["users"][0]["user"] = document["users"][0]["user"] if user is None else user
        bad["clusters"][0]["cluster"] |= cluster or {}
        kubeconfig.write_text(json.dumps(bad))
        return kubectl.refused("get", "--raw", "/api/v1/namespaces")

    assert "Unauthorized" in refusal(user={"token": "x" * 43})
    assert "Unauthorized" in refusal(user={"token": document["users"][0]["user"]["token"][:-1]})
    assert "Unauthorized" in refusal(user={"username": "admin", "password": "admin"})
    system = {"certificate-authority": "/etc/ssl/certs/ca-certificates.crt"}
    document["clusters"][0]["cluster"].pop("certificate-authority-data")
    assert "certificate signed by unknown authority" in refusal(
        cluster=system if Path(system["certificate-authority"]).exists() else {}
    )


def test_two_sandboxes_run_side_by_side_and_know_nothing_of_each_other(
    lab: Lab, fresh: Lab
) -> None:
    one, other = lab.start(), fresh.start()
    assert one.uid != other.uid
    assert one.server != other.server
    fresh.kubectl().apply(namespace("only-here"))
    assert "NotFound" in lab.kubectl().refused("get", "namespace", "only-here")
    fresh.remove()
    assert lab.kubectl()("get", "--raw", "/readyz") == "ok"


def test_a_foreign_server_on_the_port_is_noticed_and_left_alone(lab: Lab) -> None:
    lab.start()
    lab.stop()
    there = status(lab.directory)
    assert there
    handler = http.server.SimpleHTTPRequestHandler
    with http.server.ThreadingHTTPServer(("127.0.0.1", there.port), handler) as foreign:
        serving = threading.Thread(target=foreign.serve_forever)
        serving.start()
        try:
            now = status(lab.directory)
            assert now
            assert now.api == "foreign"
            with pytest.raises(UserError, match=f"not this sandbox answers on its port {now.port}"):
                lab.start()
        finally:
            foreign.shutdown()
            serving.join()
    lab.start()


def test_another_sandbox_on_the_port_is_foreign_too(lab: Lab, fresh: Lab) -> None:
    """Same kind of server, but not our authority, token or cluster."""
    lab.start()
    fresh.start()
    fresh.stop()
    record = fresh.directory / "sandbox.json"
    port = json.loads((lab.directory / "sandbox.json").read_text())["port"]
    record.write_text(json.dumps(json.loads(record.read_text()) | {"port": port}))
    with pytest.raises(UserError, match="not this sandbox"):
        fresh.start()
    assert not same_cluster(fresh.directory)
