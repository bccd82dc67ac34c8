"""The few figures that the README and the chart show. Needs nothing but Python."""

from dataclasses import dataclass

from goals import FLOOR, Figures, Run

ROWS = 1_000
COLUMNS = "ctypes, by columns"
SERIES = ("C", "wtsfast", COLUMNS, "ctypes", "pywin32", "Python on wtsfast")
"""Who is shown; the last is plain Python that computes from wtsfast's rows what wtsfast computes itself."""


@dataclass(frozen=True)
class Line:
    """One thing to do, and the contender of each series that does it."""

    title: str
    case: str
    contenders: dict[str, str]


def same(*series: str) -> dict[str, str]:
    """Name contenders that are called as their series are."""
    return {name: name for name in series}


LINES = (
    Line("the call, nothing read", FLOOR[0], same("C", "wtsfast", "ctypes", "pywin32")),
    Line("each row: pid and session", "pid and session of rows", same("wtsfast", "ctypes", "pywin32")),
    Line("each row: five values", "five values by select", same("wtsfast", COLUMNS, "ctypes")),
    Line("a list of tuples of five", "list of tuples of five", same("wtsfast", COLUMNS, "ctypes")),
    Line("a list of all names", "list of all names", same("wtsfast", COLUMNS, "ctypes")),
    Line("one column summed", "sum of one column", {"wtsfast": "wtsfast and numpy", **same(COLUMNS, "ctypes")}),
    Line("an Arrow table", "Arrow data of all columns", {"wtsfast": "wtsfast into pyarrow"}),
    Line(
        "totals by session",
        "totals by session",
        {"wtsfast": "wtsfast", "Python on wtsfast": "a Python loop over select"},
    ),
    Line(
        "what changed since the last look",
        "difference from an earlier snapshot",
        {"wtsfast": "wtsfast", "Python on wtsfast": "Python sets and dicts"},
    ),
)


def microseconds(run: Run) -> list[tuple[Line, dict[str, float]]]:
    """Give the times of each line by series; who does not take part is left out."""
    figures = Figures(run)
    found = []
    for line in LINES:
        times = {series: figures.ns(ROWS, line.case, name) for series, name in line.contenders.items()}
        found.append((line, {series: ns / 1_000 for series, ns in times.items() if ns is not None}))
    return found


def floor(run: Run) -> float | None:
    """Give the microseconds of the floor."""
    ns = Figures(run).ns(ROWS, *FLOOR)
    return None if ns is None else ns / 1_000
