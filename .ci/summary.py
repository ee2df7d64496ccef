"""Adds up pytest's JUnit reports, compares skips with the accepted ones, prints the counts last."""

import argparse
import fnmatch
import sys
import xml.etree.ElementTree as ET  # reports that our own pytest has just written
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True, slots=True)
class Counts:
    """What the tests came to, over all reports."""

    passed: int = 0
    failed: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    """Test → what it said."""


def main() -> int:
    """1 if anything failed, was skipped without acceptance, or did not run."""
    options = _options()
    counts = Counts()
    faults = [f"make {stage} failed" for stage in options.failed.split()]
    for report in options.reports:
        fault = add(report, counts)
        if fault:
            faults.append(fault)
    accepted = read_accepted(options.accepted.read_text("utf-8"))
    for test, said in sorted(counts.skipped.items()):
        reason = reason_for(test, accepted)
        print(f"skipped: {test}: {reason or f'{said} (not in {options.accepted.name})'}")
        if reason is None:
            faults.append(f"{test} is skipped, which nobody has accepted")
    for fault in faults:
        print(f"fault: {fault}")
    if faults and not counts.failed:
        counts.failed = len(faults)  # a fault without a failing test must not read as success
    print(f"{counts.passed} passed, {counts.failed} failed, {len(counts.skipped)} skipped")
    return 1 if faults or counts.failed else 0


def add(report: Path, counts: Counts) -> str | None:
    """Add one report; the answer is what is wrong with it."""
    try:
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - written by our own pytest
    except (OSError, ET.ParseError) as error:
        return f"{report.stem}: no report ({error})"
    for case in cases:
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif skip is not None:
            counts.skipped[name_of(case)] = skip.get("message", "")
        else:
            counts.passed += 1
    return None if cases else f"{report.stem}: no test ran"


def name_of(case: ET.Element) -> str:
    """A test as pytest spells it on the command line, as far as the report tells."""
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"


def read_accepted(text: str) -> dict[str, str]:
    """Pattern → reason; one `pattern: reason` per line."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {pattern: reason for pattern, _, reason in (line.partition(": ") for line in lines)}


def reason_for(test: str, accepted: Mapping[str, str]) -> str | None:
    """Why a skip is accepted; None if it is not."""
    for pattern, reason in accepted.items():
        if reason and fnmatch.fnmatchcase(test, pattern):
            return reason
    return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accepted", type=Path, required=True)
    parser.add_argument("--failed", default="", help="stages that failed")
    parser.add_argument("reports", type=Path, nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
