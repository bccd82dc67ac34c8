# The gate: every failure of a native call becomes a Python exception here.
from wtsfast._sdk.windows cimport DWORD


# Raise the exception for (function, code). `server` is a server handle object, a name, or None.
cdef int raise_error(str function, DWORD code, object server=*) except -1
# Raise FunctionNotAvailableError for an export that this Windows lacks; `minimum` is the Windows that has it.
cdef int raise_missing(str function, str minimum) except -1
# The system's text for an error number, or None.
cdef str describe(DWORD code)
