"""The pages and the chart of the benchmark's figures: bench/pages.py and bench/chart.py on this machine's Python."""

from devkit import downloads
from devkit.console import call, step
from devkit.places import ROOT

RUNS = {"3.13": (), "3.14": ("--quick", "--rounds", "50")}
"""Which Pythons are measured for docs/speed.md: everything on the first, the usual tables on the other."""


def figures(python: str) -> str:
    """Name the file of a Python's figures, from the repository's top."""
    return f"docs/speed/{python}.json"


def write_docs() -> None:
    """Write docs/speed.md, its chart and the README's figures from docs/speed/*.json."""
    with step("write the pages and the chart of the figures"):
        for script in ("pages.py", "chart.py"):
            call([downloads.host_tools("chart"), ROOT / "bench" / script], script, cwd=ROOT)
