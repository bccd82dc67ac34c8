from collections.abc import Mapping
from typing import final

from wtsfast._processes import ProcessSnapshot
from wtsfast._results import CpuUsage, ProcessDelta, SessionDelta
from wtsfast._sessions import SessionSnapshot

def diff_processes(later: ProcessSnapshot, earlier: ProcessSnapshot, detached: bool = False) -> ProcessDelta: ...
def diff_sessions(later: SessionSnapshot, earlier: SessionSnapshot) -> SessionDelta: ...
@final
class CpuTable(Mapping[int, CpuUsage]): ...
