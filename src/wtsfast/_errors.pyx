"""The gate: every failure of a native call becomes a Python exception here."""

from wtsfast._sdk.windows cimport (
    DWORD, ERROR_PROC_NOT_FOUND, FORMAT_MESSAGE_FROM_SYSTEM, FORMAT_MESSAGE_IGNORE_INSERTS, FormatMessageW, WCHAR,
)
from wtsfast._text cimport decode


cdef str describe(DWORD code):
    cdef WCHAR text[512]
    cdef DWORD length = 0
    if code:
        length = FormatMessageW(
            FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code, 0, text, 512, NULL
        )
    # Windows ends its sentences with ".\r\n"; a Python message has neither.
    while length and text[length - 1] in (c" ", c".", c"\r", c"\n"):
        length -= 1
    return decode(text, length) if length else None


cdef int raise_error(str function, DWORD code, object server=None) except -1:
    # Imported at the first failure, so that a program that never fails never pays for it.
    from wtsfast.errors import error_class

    name = server if server is None or isinstance(server, str) else server.name
    raise error_class(function, code)(code, function, name, describe(code))


cdef int raise_missing(str function, str minimum) except -1:
    from wtsfast.errors import FunctionNotAvailableError

    raise FunctionNotAvailableError(
        ERROR_PROC_NOT_FOUND, function, None, f"this Windows does not have the function; it needs {minimum}"
    )
