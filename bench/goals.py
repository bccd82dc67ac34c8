"""The goals of the package, line by line, and whether the figures of a run reach them. Needs nothing but Python."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

Run = dict[str, Any]
"""The results of one run of the benchmark, as its JSON file holds them."""
Verdict = Literal["met", "short", "not measured"]

FLOOR = ("call, nothing read", "C, every row read")
SIZES = (200, 1_000, 10_000)
"""Processes in the usual tables."""
USUAL_SESSIONS = 50
LARGER = SIZES[1:]
LARGEST = SIZES[2:]


def number(value: float) -> str:
    """Write a figure with three digits that count."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"


@dataclass(frozen=True)
class Check:
    """One limit, and the figures that are to keep it."""

    limit: float
    unit: str
    values: tuple[float | None, ...]
    at_least: bool = False
    what: str = ""
    where: str = ""
    why: str = ""
    """Why a figure may fall short."""

    @property
    def verdict(self) -> Verdict:
        """Whether all figures keep the limit."""
        return "short" if self.off > 0 else "not measured" if None in self.values else "met"

    def because(self, why: str) -> "Check":
        """Give the same check with the reason why it may fall short."""
        return replace(self, why=why)

    @property
    def off(self) -> float:
        """How far the worst figure is from the limit, as a part of the limit."""
        known = [value for value in self.values if value is not None]
        return max((1 - value / self.limit if self.at_least else value / self.limit - 1 for value in known), default=0)

    @property
    def target(self) -> str:
        """The limit in words."""
        what = f"{self.what}: " if self.what else ""
        return f"{what}{'≥' if self.at_least else '≤'} {number(self.limit)}{self.unit}{self.where}"

    @property
    def measured(self) -> str:
        """The figures in words."""
        return " / ".join("?" if value is None else number(value) for value in self.values) + self.unit


class Figures:
    """The figures of one run, by name."""

    def __init__(self, run: Run) -> None:
        self._once = run["once"]
        self._ns = {
            (scene["kind"], scene["rows"], result["case"], result["contender"]): float(result["ns"])
            for scene in run["scenes"]
            if scene["usual"]
            for result in scene["results"]
        }
        self._kernel_rows = next((scene["rows"] for scene in run["scenes"] if scene["kind"] == "kernel"), 0)

    def ns(self, rows: int, case: str, name: str, kind: str = "processes") -> float | None:
        """Give the time of a contender in a usual table: as Windows lays it out, with names that repeat."""
        return self._ns.get((kind, rows, case, name))

    def ratio(self, rows: int, one: tuple[str, str], other: tuple[str, str], kind: str = "processes") -> float | None:
        """Give how much longer one takes than another."""
        a, b = self.ns(rows, *one, kind=kind), self.ns(rows, *other, kind=kind)
        return a / b if a is not None and b else None

    def once(self, name: str, unit: float = 1) -> float | None:
        """Give a figure that is measured once, in units of so many."""
        value = self._once.get(name)
        return None if value is None else value / unit

    def kernel(self) -> float | None:
        """Give how much longer the kernel's list takes than the bare call and a walk."""
        case = "processes from the kernel"
        return self.ratio(self._kernel_rows, (case, "wtsfast"), (case, "C, bare call and a walk"), "kernel")


# ---- kinds of checks ----


def at(sizes: Iterable[int]) -> str:
    """Name sizes."""
    return " at " + " / ".join(f"{size:,}" for size in sizes)


def floors(f: Figures, case: str, limit: float, sizes: tuple[int, ...], name: str = "wtsfast", what: str = "") -> Check:
    """Check times in floors, A: the C program that makes the call and reads every row."""
    values = tuple(f.ratio(rows, (case, name), FLOOR) for rows in sizes)
    return Check(limit, " A", values, what=what, where=at(sizes))


def faster(
    f: Figures,
    case: str,
    rival: str,
    limit: float,
    sizes: tuple[int, ...] = SIZES,
    name: str = "wtsfast",
    kind: str = "processes",
    what: str = "",
) -> Check:
    """Check how many times faster than a rival."""
    values = tuple(f.ratio(rows, (case, rival), (case, name), kind) for rows in sizes)
    where = f" the speed of {rival}{at(sizes)}"
    return Check(limit, " times", values, at_least=True, what=what, where=where)


def near(f: Figures, case: str, base: str, limit: float) -> Check:
    """Check how close to what no package can beat."""
    values = tuple(f.ratio(rows, (case, "wtsfast"), (case, base)) for rows in SIZES)
    return Check(limit, " times", values, where=f" the time of {base}{at(SIZES)}")


def each(f: Figures, case: str, limit: float, what: str = "") -> Check:
    """Check a time that does not depend on the size."""
    return Check(limit, " ns", tuple(f.ns(rows, case, "wtsfast") for rows in SIZES), what=what, where=at(SIZES))


# ---- the lines ----


@dataclass(frozen=True)
class Goal:
    """One line: what is measured, and its checks."""

    line: str
    what: str
    checks: Callable[[Figures], Iterator[Check]]


GOALS: list[Goal] = []
ONE_BLOCK = "the goal was set with one block, of which the floor takes longer"
Checks = Callable[[Figures], Iterator[Check]]


def goal(line: str, what: str) -> Callable[[Checks], None]:
    """Enter a line."""

    def enter(checks: Checks) -> None:
        GOALS.append(Goal(line, what, checks))

    return enter


@goal("1", "snapshot, nothing read: call, two clocks, free")
def _(f: Figures) -> Iterator[Check]:
    yield floors(f, FLOOR[0], 2, (200,))
    yield floors(f, FLOOR[0], 0.8, LARGER)


@goal("2", "iterate over rows")
def _(f: Figures) -> Iterator[Check]:
    case = "iterate over rows"
    yield floors(f, case, 10, LARGEST)
    yield near(f, case, "a C iterator over a constant", 1.8)
    yield faster(f, case, "pywin32", 10)


@goal("3", "rows, pid and session read")
def _(f: Figures) -> Iterator[Check]:
    case = "pid and session of rows"
    yield floors(f, case, 26, LARGEST)
    yield faster(f, case, "pywin32", 4.5)


@goal("4", "rows, five attributes read")
def _(f: Figures) -> Iterator[Check]:
    yield faster(f, "five attributes of rows", "ctypes", 2.5)


@goal("5", "`select()` of five columns")
def _(f: Figures) -> Iterator[Check]:
    case = "five values by select"
    yield near(f, case, "zip over ready lists", 2.2)
    yield faster(f, case, "ctypes", 4.5)


@goal("6", "`to_tuples()` of five columns; of all twelve with SID text")
def _(f: Figures) -> Iterator[Check]:
    yield faster(f, "list of tuples of five", "ctypes", 5, what="five")
    yield floors(f, "list of tuples of all, SID as text", 60, LARGEST, what="all").because(ONE_BLOCK)


@goal("7", "level 0, tuples with SID text")
def _(f: Figures) -> Iterator[Check]:
    for limit, sizes in ((3.3, (200,)), (4.5, LARGER)):
        check = faster(f, "level 0, tuples of all", "pywin32, SID as object", limit, sizes, "wtsfast, SID as text")
        yield check.because("each snapshot writes the text of its fifty SIDs, which pywin32 does not")


@goal("8", "one column summed, in C and by numpy")
def _(f: Figures) -> Iterator[Check]:
    case, by_numpy = "sum of one column", "wtsfast and numpy"
    yield floors(f, case, 1, LARGER, "wtsfast, added up in C", "in C")
    yield floors(f, case, 1.2, LARGEST, by_numpy, "numpy")
    yield faster(f, case, "ctypes", 50, LARGEST, by_numpy, what="numpy")


@goal("9", "view of a column")
def _(f: Figures) -> Iterator[Check]:
    yield each(f, "view of a column", 150)


@goal("10", "Arrow data of all columns")
def _(f: Figures) -> Iterator[Check]:
    yield floors(f, "Arrow data of all columns", 10, (1_000,)).because(ONE_BLOCK)
    yield floors(f, "Arrow data of all columns", 7, LARGEST).because(ONE_BLOCK)


@goal("11", "totals by session")
def _(f: Figures) -> Iterator[Check]:
    case = "totals by session"
    yield floors(f, case, 1.8, LARGEST).because(
        "the call is a part of it, and so are fifty results of seven values each"
    )
    for rival, limit in (("a Python loop over select", 50), ("wtsfast and numpy", 3), ("wtsfast and pyarrow", 15)):
        yield faster(f, case, rival, limit, LARGEST)


@goal("12", "difference of two snapshots")
def _(f: Figures) -> Iterator[Check]:
    case = "difference from an earlier snapshot"
    compared = "of each row the name and the SID are compared, in two tables"
    yield floors(f, case, 4, (1_000,)).because(compared)
    yield floors(f, case, 3.3, LARGEST).because(compared)
    yield faster(f, case, "Python sets and dicts", 95, LARGEST)


@goal("13", "index of pids; a look-up")
def _(f: Figures) -> Iterator[Check]:
    index = floors(f, "index of pids, first look-up", 1.3, SIZES, what="index")
    yield index.because("at 200 the call, the object and its two clocks alone take longer")
    yield each(f, "look-up of a pid", 100, "look-up")


@goal("14", "list of all names; of all SID texts; one SID formatted")
def _(f: Figures) -> Iterator[Check]:
    yield floors(f, "list of all names", 6, LARGEST, what="names").because(ONE_BLOCK)
    yield floors(f, "list of all SID texts", 3.5, LARGEST, what="SIDs").because(ONE_BLOCK)
    yield Check(25, " ns", (f.once("sid_format_ns"),), what="one SID")


@goal("15", "sessions, and who is logged on")
def _(f: Figures) -> Iterator[Check]:
    case = "id, name and state of sessions"
    for limit, rows in ((1.8, 2), (4, 10), (6.5, 100)):
        check = faster(f, case, "pywin32, dicts", limit, (rows,), "wtsfast, tuples", "sessions")
        yield check.because(
            "the GIL is handed over and two clocks are read, a third of the time at 2; each row is a tuple and a text"
        )
    rival = "psutil.users(), calls for each"
    yield faster(f, "who is logged on", rival, 5, (100,), "wtsfast, one call", "sessions")


@goal("16", "releasing the GIL around a call")
def _(f: Figures) -> Iterator[Check]:
    yield Check(150, " ns", (f.once("gil_ns"),))


@goal("17", "`import wtsfast` in a bare interpreter")
def _(f: Figures) -> Iterator[Check]:
    time = Check(15, " ms", (f.once("import_ns", 1e6),))
    empty = number(f.once("empty_import_ns", 1e6) or 0)
    yield time.because(f"an empty package takes {empty} ms of it, since Wine is slow at looking for files")
    yield Check(12, " modules", (f.once("modules"),))


@goal("18", "one wheel")
def _(f: Figures) -> Iterator[Check]:
    size = Check(0.5, " MB", (f.once("wheel_bytes", 1e6),))
    yield size.because("each module has its own code for what Cython needs; a fifth is stubs, headers and Python")


@goal("19", "what a snapshot of 10,000 takes beside the native block")
def _(f: Figures) -> Iterator[Check]:
    yield Check(1_024, " bytes", (f.once("beside_native_bytes"),))


@goal("kernel", '`source="kernel"`')
def _(f: Figures) -> Iterator[Check]:
    yield Check(1.5, " times", (f.kernel(),), where=" the time of the bare call and a walk in C")


# ---- the outcome ----


@dataclass(frozen=True)
class Outcome:
    """A goal with its checked figures."""

    goal: Goal
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its checks."""
        verdicts = {check.verdict for check in self.checks}
        return "short" if "short" in verdicts else "not measured" if "not measured" in verdicts else "met"

    @property
    def why(self) -> str:
        """By how much it falls short, where it does, and for which reason, where that is known."""
        if self.verdict != "short":
            return ""
        worst = max(check.off for check in self.checks)
        reasons = dict.fromkeys(check.why for check in self.checks if check.verdict == "short" and check.why)
        return "; ".join([f"{worst:.1%} off at worst", *reasons])


def outcomes(run: Run) -> list[Outcome]:
    """Check all goals."""
    figures = Figures(run)
    return [Outcome(goal, tuple(goal.checks(figures))) for goal in GOALS]


def summary(found: list[Outcome]) -> str:
    """Say how many goals are met, and which are not."""
    met = sum(outcome.verdict == "met" for outcome in found)
    text = f"{met} of {len(found)} goals met"
    for verdict in ("short", "not measured"):
        lines = [outcome.goal.line for outcome in found if outcome.verdict == verdict]
        if lines:
            text += f"; {verdict}: {', '.join(lines)}"
    return text
