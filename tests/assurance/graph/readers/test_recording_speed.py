"""What one resource costs to record, and whether it costs more in a large program."""

import time
from collections.abc import Callable

import pytest

from assurance.graph.readers.recording import Program, record

BODY = """
env = [{{"name": f"A{{k}}", "value": "b"}} for k in range(10)]
spec = {{"containers": [{{"name": "c", "image": "i", "env": env}}]}}
space = thing("Namespace", "fraud")
for i in range({count}):
    thing("Deployment", f"d{{i}}", pulumi.ResourceOptions(depends_on=[space]),
          spec={{"replicas": 3, "template": {{"spec": spec}}}})
"""


@pytest.mark.bench
@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_recording_speed(program: Callable[..., Program], mode: str) -> None:
    each = {}
    for count in (400, 4000):
        told = program(BODY.format(count=count))
        begun = time.process_time()
        graph = record(told, "cold" if mode == "cold" else "warm")
        each[count] = (time.process_time() - begun) / count
        assert len(graph.resources) == count + 2
    ratio = each[4000] / each[400]
    print(f"\n{mode}: {each[400] * 1000:.2f} ms a resource at 400, {ratio:.2f} times that at 4,000")  # noqa: T201 - measured for people
