"""Servers: open, close, and find them."""

from wtsfast._errors cimport raise_error
from wtsfast._handles cimport ServerHandle
from wtsfast._memory cimport BY_FREE_MEMORY, RawBuffer
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport DWORD, GetLastError, HANDLE, INVALID_HANDLE_VALUE, LPSTR, LPWSTR, SetLastError
from wtsfast._sdk.wtsapi32 cimport PWTS_SERVER_INFOA, PWTS_SERVER_INFOW, WTS_SERVER_INFOW
from wtsfast.raw._convert cimport NativeText, measure, native_text_or_null, printable, record, text_or_none

from wtsfast.raw._records import WTS_SERVER_INFO

__all__ = [
    "WTSCloseServer",
    "WTSEnumerateServers",
    "WTSEnumerateServersA",
    "WTSEnumerateServersW",
    "WTSOpenServer",
    "WTSOpenServerA",
    "WTSOpenServerEx",
    "WTSOpenServerExA",
    "WTSOpenServerExW",
    "WTSOpenServerW",
]


# ---- open and close ----

cdef ServerHandle open_server(object server_name, bint virtualization_host, bint wide):
    cdef NativeText name = native_text_or_null(server_name, "server_name", wide)
    cdef ServerHandle server = ServerHandle.__new__(ServerHandle)
    cdef HANDLE handle
    cdef DWORD error = 0
    server.name = printable(server_name)
    server.virtualization_host = virtualization_host
    with nogil:
        SetLastError(0)
        if virtualization_host:
            if wide:
                handle = wtsapi32.WTSOpenServerExW(<LPWSTR>name.ptr)
            else:
                handle = wtsapi32.WTSOpenServerExA(<LPSTR>name.ptr)
        elif wide:
            handle = wtsapi32.WTSOpenServerW(<LPWSTR>name.ptr)
        else:
            handle = wtsapi32.WTSOpenServerA(<LPSTR>name.ptr)
        if handle == NULL or handle == INVALID_HANDLE_VALUE:  # the manual names neither, both were seen
            error = GetLastError()
            handle = NULL
    if handle == NULL:
        raise_error("WTSOpenServerEx" if virtualization_host else "WTSOpenServer", error, server)
    server.value = handle
    return server


def WTSOpenServerW(server_name):
    """Open a Remote Desktop Session Host by name.

    C: ``HANDLE WTSOpenServerW(LPWSTR pServerName)``. ``server_name`` is a ``str``, by the manual a NetBIOS name; it
    is passed on as it is (do not write ``\\\\`` before it). ``None`` is NULL, of which the manual says nothing here:
    for this machine use ``WTS_CURRENT_SERVER_HANDLE``.

    Returns a ``ServerHandle``, which closes itself (with a ``ResourceWarning``) when it is forgotten. Blocks on the
    network, for many seconds when the server does not answer; Ctrl-C takes effect when the call returns. Needs no
    right.

    Raises ``WtsError`` when Windows gives NULL or -1. How it fails for a name that does not exist is not documented: it
    may also give a handle, and the first call that uses it fails. Wraps ``WTSOpenServerW``.
    """
    return open_server(server_name, False, True)


def WTSOpenServerA(server_name):
    """Open a Remote Desktop Session Host by its name as ``bytes`` in the ANSI code page.

    C: ``HANDLE WTSOpenServerA(LPSTR pServerName)``. As ``WTSOpenServerW``. Wraps ``WTSOpenServerA``.
    """
    return open_server(server_name, False, False)


WTSOpenServer = WTSOpenServerW


def WTSOpenServerExW(server_name):
    """Open a Remote Desktop Session Host or Virtualization Host by name.

    C: ``HANDLE WTSOpenServerExW(LPWSTR pServerName)``. ``None`` is this machine as a virtualization host. Through the
    handle of a virtualization host ``WTSEnumerateSessionsEx``, ``WTSLogoffSession`` and ``WTSDisconnectSession``
    reach the sessions inside its virtual machines; the manual allows such a handle for these and for
    ``WTSCloseServer`` only.

    Otherwise as ``WTSOpenServerW``. From Windows 7 / Server 2008 R2 on. Wraps ``WTSOpenServerExW``.
    """
    return open_server(server_name, True, True)


def WTSOpenServerExA(server_name):
    """Open a Remote Desktop Session Host or Virtualization Host by its name as ``bytes`` in the ANSI code page.

    C: ``HANDLE WTSOpenServerExA(LPSTR pServerName)``. As ``WTSOpenServerExW``. Wraps ``WTSOpenServerExA``.
    """
    return open_server(server_name, True, False)


WTSOpenServerEx = WTSOpenServerExW


def WTSCloseServer(server):
    """Close a server handle; closing it again does nothing.

    C: ``VOID WTSCloseServer(HANDLE hServer)``. The same as ``server.close()``: new calls on the handle raise
    ``ValueError``, a pending ``WTSWaitSystemEvent`` is freed, and the last call under way closes the native handle.
    ``WTS_CURRENT_SERVER_HANDLE`` is never closed, so it is a ``TypeError``. May block on the network, for long when the
    server has died; Ctrl-C takes effect when the call returns. Wraps ``WTSCloseServer``.
    """
    if not isinstance(server, ServerHandle):
        raise TypeError(f"server must be a ServerHandle, not {type(server).__name__}")
    server.close()


# ---- find ----

cdef object enumerate_servers(object domain_name, bint as_buffer, bint wide):
    cdef NativeText domain = native_text_or_null(domain_name, "domain_name", wide)
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef WTS_SERVER_INFOW* rows
    cdef DWORD error = 0, i
    cdef bint ok
    with nogil:
        SetLastError(0)
        if wide:
            ok = wtsapi32.WTSEnumerateServersW(
                <LPWSTR>domain.ptr, 0, 1, <PWTS_SERVER_INFOW*>&buffer.ptr, &buffer.entries
            )
        else:
            ok = wtsapi32.WTSEnumerateServersA(
                <LPSTR>domain.ptr, 0, 1, <PWTS_SERVER_INFOA*>&buffer.ptr, &buffer.entries
            )
        if not ok:
            error = GetLastError()
    if not ok:
        buffer.abandon()
        raise_error("WTSEnumerateServers", error)
    measure(buffer, sizeof(WTS_SERVER_INFOW))
    if as_buffer:
        return buffer
    rows = <WTS_SERVER_INFOW*>buffer.ptr  # the A form has the same layout
    return [record(WTS_SERVER_INFO, (text_or_none(rows[i].pServerName, wide),)) for i in range(buffer.entries)]


def WTSEnumerateServersW(domain_name=None, *, as_buffer=False):
    """List the Remote Desktop Session Hosts of a domain.

    C: ``BOOL WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version, PWTS_SERVER_INFOW *ppServerInfo,
    DWORD *pCount)``. ``domain_name`` is a ``str``, or ``None`` for the current domain.

    Returns a list of ``WTS_SERVER_INFO``, with ``as_buffer=True`` the ``RawBuffer`` (``WTSFreeMemory``). Blocks on the
    network, for a very long time; Ctrl-C takes effect when the call returns. It needs NetBIOS over TCP/IP and the
    browser service, which modern networks lack.

    Raises ``WtsError``: 6118 where no list of servers is kept, also 53 and 1222. Wraps ``WTSEnumerateServersW``.
    """
    return enumerate_servers(domain_name, as_buffer, True)


def WTSEnumerateServersA(domain_name=None, *, as_buffer=False):
    """List the Remote Desktop Session Hosts of a domain, text as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateServersA(LPSTR pDomainName, DWORD Reserved, DWORD Version, PWTS_SERVER_INFOA *ppServerInfo,
    DWORD *pCount)``. As ``WTSEnumerateServersW``. Wraps ``WTSEnumerateServersA``.
    """
    return enumerate_servers(domain_name, as_buffer, False)


WTSEnumerateServers = WTSEnumerateServersW
