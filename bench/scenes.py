"""The tables that the benchmark is run on, and the stand-in that serves them."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from helpers.standin_driver import Standin

SID = bytes.fromhex("0105000000000005 15000000 10325476 98BADC0E 11223304 E9030000")  # S-1-5-21-…-1001
CHANGED = 0.01  # of the processes, half of them gone and half of them new: what a poll finds on a busy host


@dataclass(frozen=True)
class Scene:
    """One table: how many rows, how they lie in memory, and whether names repeat."""

    kind: str
    processes: int
    sessions: int
    layout: str = "separate"
    distinct: bool = False
    live: bool = False

    @property
    def rows(self) -> int:
        """The number of rows that the case's own call returns."""
        return self.sessions if self.kind == "sessions" else self.processes

    @property
    def title(self) -> str:
        """The scene in words."""
        if self.live:
            return f"this machine: {self.processes:,} processes, {self.sessions} sessions"
        rows = f"{self.sessions} sessions"
        if self.kind == "processes":
            rows = f"{self.processes:,} processes, {rows}"
        names = "all names and SIDs distinct, " if self.distinct else ""
        return f"{rows}, {names}{'one block' if self.layout == 'block' else 'separate allocations'}"


def standin() -> Standin:
    """Give the stand-in that this process runs on."""
    path = os.environ.get("WTSFAST_DLL")
    if not path:
        raise SystemExit("the benchmark needs the stand-in (tools/dev.py bench), or --live for the DLL of this machine")
    return Standin(path.split(os.pathsep)[0])


def serve(driver: Standin, scene: Scene, *, pool: bool = True) -> None:
    """Let the stand-in serve a table: from the pool, without guards and without a log."""
    driver.configure(pool=False, guard=False, log=False, layout=scene.layout, distinct=scene.distinct)
    driver.generate(sessions=scene.sessions, processes=scene.processes)
    driver.configure(pool=pool)


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
