"""Stacks that are small enough to be rehearsed in a moment."""

from pathlib import Path

CANARY = "tweettweetcanary"
CLUSTER = """
    cluster:
      provider: existing
      pools: {general: {min: 2, cpu: 16, memory: 60Gi}}
      addresses:
        pods: [10.244.0.0/16]
        services: [10.96.0.0/16]
        nodes: [10.0.0.0/24]
        api_server: [10.0.0.2/32]
      endpoints:
        warehouse: {cidrs: [192.0.2.0/24], ports: [5432]}
"""
TEAMS = """
  ml-platform:teams:
    fraud:
      needs: [cluster.warehouse]
      workloads: {api: {image: example.com/api:1.0.0, ports: [8080], published: true}}
    risk:
      needs: [team.fraud.api]
"""
SECRETS = f"""
  ml-platform:kubeconfig: {{secure: "v1:{CANARY}"}}
  ml-platform:secrets:
    fraud: {{db: {{password: {{secure: "v1:{CANARY}"}}}}}}
"""
ALONE = f"config:\n  ml-platform:platform:{CLUSTER}{TEAMS}"
SMALL = """
import pulumi
pulumi.log.info("hello")
async def main():
    theirs = None
    if pulumi.get_stack() == "teams":
        theirs = (await pulumi.StackReference("organization/ml-platform/platform")
                  .get_output_details("told")).value
    pulumi.CustomResource("a:b:C", pulumi.get_stack(), {"theirs": theirs})
    return {"told": "by " + pulumi.get_stack()}
pulumi.run(main)
"""
TELLING = """
import os, pulumi
name = pulumi.get_stack()
print(f"this is {name}")
if name == "fails": raise ValueError("no good")
if name == "dies": os._exit(7)
pulumi.CustomResource("a:b:C", name)
pulumi.export("by", os.getpid())
"""
REFERRING = f"config:\n  ml-platform:platform: {{from_stack: platform}}{TEAMS}"


def stack(project: Path, name: str, text: str) -> Path:
    path = project / f"Pulumi.{name}.yaml"
    path.write_text(text)
    return path
