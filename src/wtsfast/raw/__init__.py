"""Remote Desktop Services as the SDK has it: one function for each of its functions, under its name.

A function takes the SDK's input parameters in the SDK's order, in snake_case and without what has only one possible
value, and returns what the SDK's gives through pointers: one value, a record, or ``None``. It makes the one call,
without the GIL, and raises ``wtsfast.WtsError`` when that fails. There is no policy here: no retries, no defaults that
hide a choice, no protection against a session that ends between two calls. `wtsfast` itself has all that.

* A server is a ``ServerHandle`` from ``WTSOpenServer``, or ``WTS_CURRENT_SERVER_HANDLE``, which is ``None``.
* ``WTSOpenServer`` is the wide form, the same object as ``WTSOpenServerW``: text is ``str``. ``WTSOpenServerA`` takes
  and returns ``bytes`` in the ANSI code page.
* Functions that return memory of Windows copy it into Python values and free it; with ``as_buffer=True`` they return
  the memory itself as a ``RawBuffer``.
* Constants have the SDK's names; where they belong to an enum they are its members.

All of it is loaded when the first of it is asked for.
"""

# ruff: noqa: E402, F403 - the DLL comes first; each module says in __all__ what it offers

from wtsfast import _bring_up
from wtsfast._handles import Handle as Handle
from wtsfast._handles import ServerHandle as ServerHandle
from wtsfast._memory import RawBuffer as RawBuffer
from wtsfast.raw import _core
from wtsfast.raw._constants import *
from wtsfast.raw._records import *

_bring_up(
    _core,
    *("_runtime", "_convert"),
    *("_channels", "_child_sessions", "_cloud_auth", "_control", "_events", "_information", "_licensing"),
    *("_listeners", "_memory", "_notifications", "_processes", "_remote_control", "_render_hints", "_servers"),
    *("_sessions", "_undocumented", "_users"),
)

from wtsfast.raw._channels import *
from wtsfast.raw._child_sessions import *
from wtsfast.raw._cloud_auth import *
from wtsfast.raw._control import *
from wtsfast.raw._events import *
from wtsfast.raw._information import *
from wtsfast.raw._licensing import *
from wtsfast.raw._listeners import *
from wtsfast.raw._memory import *
from wtsfast.raw._notifications import *
from wtsfast.raw._processes import *
from wtsfast.raw._remote_control import *
from wtsfast.raw._render_hints import *
from wtsfast.raw._servers import *
from wtsfast.raw._sessions import *
from wtsfast.raw._undocumented import *
from wtsfast.raw._users import *

__all__ = [name for name in dir() if not name.startswith("_")]
