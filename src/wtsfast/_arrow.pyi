from typing import TypeAlias

from wtsfast._processes import ProcessSnapshot
from wtsfast._sessions import SessionSnapshot

_AnySnapshot: TypeAlias = ProcessSnapshot | SessionSnapshot

def export_schema(snapshot: _AnySnapshot) -> object: ...
def export_array(snapshot: _AnySnapshot) -> tuple[object, object]: ...
def export_stream(snapshot: _AnySnapshot) -> object: ...
