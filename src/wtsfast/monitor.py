"""The loop that every monitor writes: poll, and see what happened since the last time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtsfast._delta import diff_processes
from wtsfast._processes import ANY_SESSION, enumerate_processes

if TYPE_CHECKING:
    from typing import Literal

    from wtsfast._handles import ServerHandle
    from wtsfast._processes import ProcessSnapshot
    from wtsfast._results import ProcessDelta
    from wtsfast.server import Server

__all__ = ["ProcessMonitor"]


class ProcessMonitor:
    """Watch the processes of a server.

    The baseline is taken when the monitor is made; each ``poll()`` takes a snapshot and returns the ``ProcessDelta``
    since the last one. Its rows are detached, so that keeping them pins no snapshot. Poll a remote server through a
    ``Server`` that stays open: a name would be opened and closed each time.
    """

    __slots__ = ("server", "session_id", "snapshot", "source")

    server: Server | ServerHandle | str | None
    session_id: int
    source: Literal["wts", "kernel"]
    snapshot: ProcessSnapshot
    """The latest snapshot."""

    def __init__(
        self,
        server: Server | ServerHandle | str | None = None,
        *,
        session_id: int = ANY_SESSION,
        source: Literal["wts", "kernel"] = "wts",
    ) -> None:
        self.server = server
        self.session_id = session_id
        self.source = source
        self.snapshot = self._take()

    def _take(self) -> ProcessSnapshot:
        return enumerate_processes(self.server, session_id=self.session_id, source=self.source)

    def poll(self) -> ProcessDelta:
        """Take a snapshot and return what happened since the last one.

        Blocks as ``enumerate_processes`` does and raises the same errors; after an error the last snapshot stays the
        baseline.
        """
        earlier, later = self.snapshot, self._take()
        delta = diff_processes(later, earlier, True)
        self.snapshot = later
        return delta

    def __repr__(self) -> str:
        return f"<ProcessMonitor of {self.server or 'this machine'}: {len(self.snapshot)} processes>"
