"""The frame of the benchmark: cases, how they are timed, and the check that all contenders give the same answer."""

import gc
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import repeat
from time import perf_counter_ns
from timeit import Timer
from typing import Any

import bench_native

from scenes import Scene

Call = Callable[[], Any]
"""One pass of a contender: what it returns must equal what the others of its case return."""

BATCH_NS = 1_500_000  # a batch lasts about so long: short enough to fit between two disturbances
CLOCK_NS = 100  # the resolution of Windows' clock


class NotAvailableError(Exception):
    """Say why a contender cannot take part."""


@dataclass(frozen=True)
class Runner:
    """A contender that is ready for a scene."""

    call: Call
    time: Callable[[int], float]
    """Makes so many passes and gives the nanoseconds that they took."""


@dataclass(frozen=True)
class Contender:
    """One way to do what a case asks for."""

    case: str
    name: str
    prepare: Callable[[Scene], Runner]
    kind: str = "processes"
    unit: str = "row"
    """What a time is divided by: the rows of the table ("row"), or nothing ("call")."""
    cold: bool = False
    """Whether it is timed with empty caches too."""
    same: Callable[[Any], Any] = lambda answer: answer
    """What of an answer is compared, where the forms differ by nature."""


CONTENDERS: list[Contender] = []

# Each of the four ways to enter a contender gives it to the list and leaves nothing under the function's name.
Enter = Callable[[Any], None]


def contender(case: str, name: str, **more: Any) -> Enter:
    """Enter a function as it stands: call, work and free."""
    return prepared(case, name, **more, function=lambda call: lambda _: call)


def prepared(case: str, name: str, *, function: Callable[[Any], Any] = lambda make: make, **more: Any) -> Enter:
    """Enter a function that is called once for each scene and gives the function to be timed."""

    def enter(given: Any) -> None:
        make = function(given)

        def prepare(scene: Scene) -> Runner:
            call = make(scene)
            return Runner(call, lambda count: time_batch(call, count))

        CONTENDERS.append(Contender(case, name, prepare, **more))

    return enter


def floor(case: str, name: str, floor_name: str, **more: Any) -> Enter:
    """Enter a pass of the floor in C, which no Python loop drives; the function says what of its sums is the answer."""

    def enter(answer: Callable[[dict[str, int]], Any]) -> None:
        runner = Runner(
            lambda: answer(bench_native.floor(floor_name, 1)[1]), lambda count: bench_native.floor(floor_name, count)[0]
        )
        CONTENDERS.append(Contender(case, name, lambda _: runner, **more))

    return enter


def snippet(case: str, name: str, statement: str, **more: Any) -> Enter:
    """Enter one expression that is too short for a function call around it; the function gives its names."""

    def enter(names: Callable[[Scene], dict[str, Any]]) -> None:
        def prepare(scene: Scene) -> Runner:
            known = names(scene)
            timer = Timer(statement, globals=known)
            return Runner(lambda: eval(statement, known), lambda count: timer.timeit(count) * 1e9)

        CONTENDERS.append(Contender(case, name, prepare, **{"unit": "call", **more}))

    return enter


# ---- timing ----


def time_batch(call: Call, count: int) -> int:
    """Time so many passes, with the garbage collector at work as in any program."""
    passes = repeat(None, count)
    start = perf_counter_ns()
    for _ in passes:
        call()
    return perf_counter_ns() - start


@dataclass
class Entrant:
    """A contender in a scene, and its times so far."""

    contender: Contender
    runner: Runner
    batch: int = 1
    cold: float | None = None
    times: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The best time of a pass, in nanoseconds."""
        return min(self.times)

    def run_batch(self) -> None:
        """Time one batch."""
        self.times.append(self.runner.time(self.batch) / self.batch)

    def find_batch(self) -> None:
        """Warm up, and find how many passes make a batch."""
        for _ in range(4):
            self.run_batch()
            self.batch = max(1, int(BATCH_NS / max(self.best, 1)))
        self.times.clear()

    def time_cold(self, rounds: int) -> None:
        """Time single passes, each after the caches were emptied."""
        times = []
        for _ in range(rounds):
            bench_native.cool_caches()
            times.append(self.runner.time(1))
        self.cold = statistics.median(times)

    def as_result(self) -> dict[str, Any]:
        """Give what the report needs."""
        return {
            "case": self.contender.case,
            "contender": self.contender.name,
            "unit": self.contender.unit,
            "ns": round(self.best, 1),
            "median_ns": round(statistics.median(self.times), 1),
            "cold_ns": None if self.cold is None else round(self.cold),
        }


def ready(contenders: Iterable[Contender], scene: Scene) -> tuple[list[Entrant], list[dict[str, str]]]:
    """Prepare the contenders of a scene; those that cannot take part are named with the reason."""
    entrants, absent = [], []
    for one in contenders:
        try:
            runner = one.prepare(scene)
            runner.call()
        except (NotAvailableError, OSError) as reason:
            absent.append({"case": one.case, "contender": one.name, "reason": str(reason)})
        else:
            entrants.append(Entrant(one, runner))
    return entrants, absent


def assert_equal(entrants: Iterable[Entrant]) -> None:
    """Fail unless all contenders of a case give the same answer."""
    answers: dict[str, tuple[str, Any]] = {}
    for entrant in entrants:
        case, name = entrant.contender.case, entrant.contender.name
        answer = entrant.contender.same(entrant.runner.call())
        first, expected = answers.setdefault(case, (name, answer))
        if answer != expected:
            raise AssertionError(f"{case}: {name} gives {short(answer)}, {first} gives {short(expected)}")


def short(answer: object) -> str:
    """Show an answer in a message."""
    text = repr(answer)
    return text if len(text) < 300 else f"{text[:300]}…"


def measure(entrants: list[Entrant], rounds: int, *, cold_rounds: int = 0) -> None:
    """Time all contenders in turn, round after round: a disturbance hits all of them, and the best of many is kept."""
    gc.collect()
    gc.freeze()  # what the benchmark itself has loaded is no work for the collector
    try:
        for entrant in entrants:
            entrant.find_batch()
        for _ in range(rounds):
            for entrant in entrants:
                entrant.run_batch()
        for entrant in entrants:
            if entrant.contender.cold and cold_rounds:
                entrant.time_cold(cold_rounds)
    finally:
        gc.unfreeze()


def grow_heap() -> list[bytes]:
    """Make Python's heap that of a program that has run for a while: some of each arena in use, most of it free.

    Else a contender whose last object sits alone in an arena gives the arena back and asks for it anew in each pass,
    which costs more than what is measured, and hits one contender today and another tomorrow.
    """
    blocks = [bytes(size) for size in range(8, 464, 16) for _ in range(4096)]
    return blocks[:: len(blocks) // 1024]
