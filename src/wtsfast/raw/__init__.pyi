# ruff: noqa: F403 - each module says in __all__ what it offers

from wtsfast._handles import Handle as Handle
from wtsfast._handles import ServerHandle as ServerHandle
from wtsfast._memory import RawBuffer as RawBuffer
from wtsfast.raw._channels import *
from wtsfast.raw._child_sessions import *
from wtsfast.raw._cloud_auth import *
from wtsfast.raw._constants import *
from wtsfast.raw._control import *
from wtsfast.raw._events import *
from wtsfast.raw._information import *
from wtsfast.raw._licensing import *
from wtsfast.raw._listeners import *
from wtsfast.raw._memory import *
from wtsfast.raw._notifications import *
from wtsfast.raw._processes import *
from wtsfast.raw._records import *
from wtsfast.raw._remote_control import *
from wtsfast.raw._render_hints import *
from wtsfast.raw._servers import *
from wtsfast.raw._sessions import *
from wtsfast.raw._undocumented import *
from wtsfast.raw._users import *
