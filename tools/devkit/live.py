"""The report of the read-only checks on a real Windows: JSON, made from what pytest writes."""

import json
import platform
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from devkit.places import BUILD

JUNIT = BUILD / "live.xml"
REPORT = BUILD / "live.json"


def write_report() -> Path:
    """Write what machine it was, and each check with its outcome and what it recorded."""
    checks = [_check(case) for case in ET.parse(JUNIT).iter("testcase")]  # noqa: S314 - our own file
    machine = {"windows": platform.version(), "machine": platform.machine(), "python": sys.version}
    REPORT.write_text(json.dumps({**machine, "checks": checks}, indent=2) + "\n", encoding="utf-8")
    return REPORT


def _check(case: ET.Element) -> dict[str, object]:
    outcome = next((child for child in case if child.tag in {"failure", "error", "skipped"}), None)
    return {
        "name": f"{case.get('classname')}.{case.get('name')}",
        "outcome": "passed" if outcome is None else outcome.tag,
        "message": None if outcome is None else outcome.get("message"),
        "seconds": float(case.get("time", "0")),
        "recorded": {entry.get("name"): entry.get("value") for entry in case.iter("property")},
    }
