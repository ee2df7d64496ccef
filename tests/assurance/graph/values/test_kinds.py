"""What the API calls objects, against a client made from the API's own description."""

import importlib
import inspect
import pkgutil

import lightkube.resources
from lightkube.core.resource import Resource

from assurance.graph.values import plural


def test_kinds_are_called_what_the_api_calls_them() -> None:
    called = {}
    for module in pkgutil.iter_modules(lightkube.resources.__path__, "lightkube.resources."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Resource) and hasattr(kind, "_api_info"):
                info = kind._api_info
                if info.parent is None:  # else it is part of another
                    called[info.resource.kind] = info.plural
    assert len(called) > 60
    assert {kind: plural(kind) for kind in called} == called
