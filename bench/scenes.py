"""The tables that the benchmark is run on, and the stand-in that serves them."""

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import wtsfast
from goals import SIZES, USUAL_SESSIONS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from helpers.standin_driver import Standin

SID = bytes.fromhex("0105000000000005 15000000 10325476 98BADC0E 11223304 E9030000")  # S-1-5-21-…-1001
CHANGED = 0.01  # of the processes, half of them gone and half of them new: what a poll finds on a busy host


@dataclass(frozen=True)
class Scene:
    """One table: how many rows, how they lie in memory, and whether names repeat."""

    kind: str
    """What is asked for: "processes", "sessions", or "kernel" for this machine's own processes."""
    processes: int
    sessions: int
    layout: str = "separate"
    distinct: bool = False
    live: bool = False
    before: list[wtsfast.ProcessSnapshot] = field(default_factory=list, compare=False, repr=False)

    @property
    def earlier(self) -> wtsfast.ProcessSnapshot:
        """The snapshot from before the last changes; where nothing could be changed, one of now."""
        return self.before[0] if self.before else wtsfast.enumerate_processes()

    @property
    def rows(self) -> int:
        """The number of rows that the case's own call returns."""
        return self.sessions if self.kind == "sessions" else self.processes

    @property
    def usual(self) -> bool:
        """Whether this is the table that goals speak of: as Windows lays it out, with names that repeat."""
        many = self.kind == "processes" and self.sessions != USUAL_SESSIONS
        return not (self.live or self.distinct or many) and self.layout == "separate"

    @property
    def title(self) -> str:
        """The scene in words."""
        if self.kind == "kernel":
            return f"the kernel's own list of {self.processes} processes"
        rows = f"{self.sessions} session{'s' * (self.sessions != 1)}"
        if self.kind == "processes":
            rows = f"{self.processes:,} processes, {rows}"
        if self.live:
            return f"this machine: {rows}"
        names = "all names and SIDs distinct, " if self.distinct else ""
        return f"{rows}, {names}{'one block' if self.layout == 'block' else 'separate allocations'}"


def everyday() -> list[Scene]:
    """List the tables that the goals speak of."""
    processes = [Scene("processes", size, USUAL_SESSIONS) for size in SIZES]
    return [*processes, *(Scene("sessions", 0, count) for count in (2, 10, 100)), kernel()]


def unusual() -> list[Scene]:
    """List tables that differ from those in one thing: layout, names, sessions."""
    return [
        *(Scene("processes", size, USUAL_SESSIONS, layout="block") for size in SIZES),
        *(Scene("processes", size, USUAL_SESSIONS, distinct=True) for size in SIZES),
        *(Scene("processes", 1_000, count) for count in (1, 500)),
        Scene("processes", 10_000, 500),
        *(Scene("sessions", 0, count) for count in (1, 50, 500)),
        *(Scene("sessions", 0, count, layout="block") for count in (1, 50, 500)),
    ]


def live() -> list[Scene]:
    """Describe this machine as it is, for its own DLL."""
    processes, sessions = len(wtsfast.enumerate_processes(level=0)), len(wtsfast.enumerate_sessions(level=0))
    return [*(Scene(kind, processes, sessions, live=True) for kind in ("processes", "sessions")), kernel()]


def kernel() -> Scene:
    """Describe what the kernel lists, whatever the DLL serves."""
    return Scene("kernel", len(wtsfast.enumerate_processes(source="kernel")), 0)


def standin() -> Standin:
    """Give the stand-in that this process runs on."""
    path = os.environ.get("WTSFAST_DLL")
    if not path:
        raise SystemExit("the benchmark needs the stand-in (tools/dev.py bench), or --live for the DLL of this machine")
    return Standin(path.split(os.pathsep)[0])


def serve(driver: Standin, scene: Scene) -> Scene:
    """Let the stand-in serve a table, without guards and without a log; give the scene with its earlier snapshot.

    The pool is off: it has few places, and snapshots that contenders keep would fill them.
    """
    driver.configure(pool=False, guard=False, log=False, layout=scene.layout, distinct=scene.distinct)
    driver.generate(sessions=scene.sessions, processes=scene.processes)
    before = wtsfast.enumerate_processes()
    change(driver, scene)
    return replace(scene, before=[before])


def change(driver: Standin, scene: Scene) -> None:
    """Let some processes end and as many start, between two polls."""
    changed = int(scene.processes * CHANGED / 2)
    for i in range(changed):
        driver.remove_process(4 * (1 + i * (scene.processes // max(changed, 1))))
        driver.add_process(
            4 * (scene.processes + i + 1),
            "started.exe",
            session_id=i % scene.sessions,
            sid=SID,
            number_of_threads=3,
            working_set_size=4096 * (i + 1),
        )
