"""What a change opens or signs is told where nobody can miss it; what it leaves alone is not."""

import json
import re
from datetime import date

import pytest

from assurance.graph.values import Pin, Pool, Shape, Waiver
from assurance.proofs.replacement.differences import Difference
from assurance.verdict.content import sections
from assurance.verdict.happening import objects
from assurance.verdict.headline import headline
from assurance.verdict.plain import to_json
from assurance.verdict.shown import spelled_out
from assurance.verdict.side import Side
from assurance.verdict.text import lines
from assurance.verdict.verdict import Verdict
from tests.assurance.proofs.worlds import Manifest
from tests.assurance.verdict.test_verdict import OPEN, POOL, compare, pods, refuted, side
from tests.rehearsed import ROOT, asked

GATEWAY: Manifest = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "Gateway",
    "metadata": {"name": "gate", "namespace": "gateway"},
    "spec": {
        "gatewayClassName": "envoy",
        "listeners": [
            {
                "name": "https",
                "port": 443,
                "protocol": "HTTPS",
                "hostname": "ml.example.com",
                "allowedRoutes": {"namespaces": {"from": "All"}},
            }
        ],
    },
}
ROUTE: Manifest = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": {"name": "web", "namespace": "red"},
    "spec": {
        "parentRefs": [{"name": "gate", "namespace": "gateway"}],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/red"}}],
                "backendRefs": [{"name": "web", "port": 80}],
            }
        ],
    },
}
TOKEN: Manifest = {
    "apiVersion": "gateway.envoyproxy.io/v1alpha1",
    "kind": "SecurityPolicy",
    "metadata": {"name": "web", "namespace": "red"},
    "spec": {
        "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web"}],
        "jwt": {"providers": [{"name": "staff"}]},
    },
}
HOLE = "isolation/hole: red"


def said(told: Verdict) -> str:
    return "\n".join(lines(told))


def signed(expires: date) -> tuple[Waiver, ...]:
    return (Waiver(finding=HOLE, owner="ada", reason="ticket 7", expires=expires),)


def test_the_headline_says_which_team_may_now_reach_which() -> None:
    apart = (pods("red"), pods("blue"))
    told = compare(side(*apart), side(*apart, *OPEN))
    assert headline(told).endswith("; now open: red → blue over TCP 80")
    assert "now open" not in headline(compare(None, side(*apart, *OPEN)))
    assert "now open" not in headline(compare(side(*apart, *OPEN), side(*apart)))


@pytest.mark.parametrize(
    ("before", "after", "who"),
    [
        ((), (ROUTE,), "anybody"),
        ((), (ROUTE, TOKEN), "whoever has a token"),
        ((ROUTE, TOKEN), (ROUTE,), "anybody"),
        ((ROUTE,), (ROUTE,), None),
        ((ROUTE,), (), None),
    ],
)
def test_who_comes_in_through_the_gateway_is_told(
    before: tuple[Manifest, ...], after: tuple[Manifest, ...], who: str | None
) -> None:
    told = compare(side(GATEWAY, *before), side(GATEWAY, *after))
    words = f"{who} → HTTPRoute red/web at ml.example.com/red"
    expected = [f"through the gateway: {words}"] if who else []
    assert [str(entry) for entry in told.stacks[0].entered] == expected
    assert len(to_json(told)["stacks"][0]["reach"]["entered"]) == len(expected)
    assert ("! through the gateway" in said(told)) == (who == "anybody")
    assert ("now open: through the gateway" in headline(told)) == (who == "anybody")


def test_a_waiver_that_has_ended_is_news_only_where_it_is_signed() -> None:
    old = signed(date(2026, 5, 1))
    found = (refuted("red"),)
    new = compare(side(findings=found), side(findings=found, waivers=old))
    assert "1 of them because of this change; first: waivers/expired" in headline(new)
    same = compare(side(findings=found, waivers=old), side(findings=found, waivers=old))
    assert "0 of them because of this change" in headline(same)


def test_what_forbids_is_shown_though_it_is_old() -> None:
    told = compare(side(findings=(refuted("red"),)), side(findings=(refuted("red"),)))
    assert "forbidden as before" in said(told)
    assert "remedy: close it" in said(told)


def test_pins_that_a_change_leaves_alone_are_folded() -> None:
    pin = Pin(version="1.0", key="platform", licence="MIT", verified=False)
    same = compare(side(pins={"chart a": pin}), side(pins={"chart a": pin}))
    assert "chart a" not in said(same)
    assert any(s.title == "pins, as before" and s.folded for s in sections(same.stacks[0], same))
    added = compare(side(pins={"chart a": pin}), side(pins={"chart a": pin, "chart b": pin}))
    assert "no digest is known: chart b 1.0\n" in said(added)


def test_of_a_list_within_text_it_is_told_what_has_come_and_gone() -> None:
    texts = [json.dumps({"needs": [{"to": to} for to in names]}) for names in ("bd", "abd")]
    each = Difference(path=("intent",), before=texts[0], after=texts[1])
    assert list(spelled_out(each)) == ["+ intent.needs[0]: {to: a}"]
    swapped = Difference(path=("intent",), before='[{"a": 1, "b": 1}]', after='[{"a": 1, "b": 2}]')
    assert list(spelled_out(swapped)) == ["~ intent[0].b: 1 → 2"]


def test_what_fits_on_no_pool_takes_no_room_on_any_and_is_told_of_all_together() -> None:
    large = Pool(name="large", shape=Shape(cpu=8000, memory=8 * 2**30), min=1, max=1)
    before, after = (side(*pods_, pools=(POOL, large)) for pods_ in ((), (pods("red", cpu="9"),)))
    rows = {
        row.pool: str(row)
        for row in compare(before, after).stacks[0].head_room
        if "cpu" in str(row)
    }
    assert rows["general"] == "general, cpu: 8 left of 8 → 8 left of 8"
    assert rows["all pools"] == (
        "all pools, cpu: 16 left of 16 → 11 short, as 27 are asked for of 16"
    )


def test_of_a_stack_that_is_new_a_page_is_told_and_nothing_is_left_out() -> None:
    [(graph, intent)] = asked(ROOT / "Pulumi.prod.yaml").values()
    told = compare(None, Side(graph=graph, intent=intent))
    short, whole = list(lines(told)), list(lines(told, folded=True))
    assert len(short) < 80
    assert len(whole) > 200
    assert any(line.startswith("    create ") and " in fraud: " in line for line in short)
    made = [match for line in short if (match := re.match(r"    create ([0-9]+) in ", line))]
    assert sum(int(match[1]) for match in made) == len(objects(told.stacks[0])) > 300
    bold, all_bold = ({x for x in each if x.startswith("  !")} for each in (short, whole))
    assert bold == all_bold
    assert bold
    assert len(to_json(told)["stacks"][0]["reach"]["opened"]) > 40
