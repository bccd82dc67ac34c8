"""What totals and differences are made of: plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wtsfast._processes import ProcessInfo
    from wtsfast._sessions import SessionInfo
    from wtsfast.sid import Sid

__all__ = ["CpuUsage", "ProcessDelta", "ProcessTotals", "SessionDelta"]


class ProcessTotals(NamedTuple):
    """Sum up the processes of one session, user or name; sizes in bytes, ``key`` is the rows' own value."""

    key: int | str | Sid | None
    process_count: int
    number_of_threads: int
    handle_count: int
    working_set_size: int
    pagefile_usage: int
    cpu_seconds: float


class CpuUsage(NamedTuple):
    """Tell what a process used between two snapshots: CPU ``seconds``, and ``percent`` of one logical CPU."""

    seconds: float
    percent: float


class ProcessDelta(NamedTuple):
    """Tell what happened to the processes between two snapshots.

    ``cpu`` maps each pid of the later snapshot to its ``CpuUsage``; a started process counts with all its time, and of
    rows with the same pid the first. It is empty for snapshots of level 0, which know no times.
    """

    started: list[ProcessInfo]
    exited: list[ProcessInfo]
    elapsed_seconds: float
    cpu: Mapping[int, CpuUsage]


class SessionDelta(NamedTuple):
    """Tell what happened to the sessions between two snapshots.

    ``changed`` has pairs (earlier, later) of the sessions whose state, user or name differ.
    """

    appeared: list[SessionInfo]
    vanished: list[SessionInfo]
    changed: list[tuple[SessionInfo, SessionInfo]]
