"""The named scalars of a workload."""

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from components.tenancy.workloads.schedule import check_schedule
from providers.config.scalars import text

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?"

Image = Annotated[
    str,
    *text(
        rf"(?:{_HOST}(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
        r"(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(?:@sha256:[0-9a-f]{64})?",
        512,
        "an image such as registry.example.com/fraud/api:2.3.1",
    ),
]
"""A container image's name, as the container runtimes take it."""

EnvName = Annotated[
    str,
    *text(
        r"[A-Za-z_][A-Za-z0-9_]*",
        256,
        "a variable's name: letters, digits and _, not beginning with a digit",
        "LOG_LEVEL",
    ),
]
"""A name that every shell takes."""

PortName = Annotated[
    str,
    *text(
        r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?",
        15,
        "a port's name: at most 15 of a-z, 0-9 and single -, with at least one letter",
        "http",
        simple=True,
    ),
]
"""A port's name, as Kubernetes takes it."""

WorkloadName = Annotated[
    str,
    *text(
        r"[a-z](?:[-a-z0-9]*[a-z0-9])?",
        52,
        "a name of at most 52 of a-z, 0-9 and -, beginning with a letter",
        "api",
        simple=True,
    ),
]
"""Still fits once Kubernetes has added a revision or a time; Services want the letter."""

MountPath = Annotated[str, *text(r"/[^:]*", 1024, "an absolute path without colons", "/data")]
"""Where a volume appears in the container."""

UrlPath = Annotated[str, *text(r"/\S*", 1024, "a path that begins with /", "/ready")]
"""What a probe asks for."""

Schedule = Annotated[
    str,
    AfterValidator(check_schedule),
    WithJsonSchema(
        {
            "type": "string",
            "errorMessage": "five fields (minute, hour, day, month, weekday) or @daily",
            "pattern": r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+( +\S+){4})$",
            "examples": ["0 6 * * 1-5"],
        }
    ),
]
"""When a CronJob runs."""

TimeZone = Annotated[
    str,
    *text(
        r"(?!Local$)[A-Za-z][-A-Za-z0-9_+]*(?:/[A-Za-z0-9][-A-Za-z0-9_+]*)*",
        64,
        "a time zone such as Europe/Berlin",
        "Etc/UTC",
    ),
]
"""A name from the time zone database."""
