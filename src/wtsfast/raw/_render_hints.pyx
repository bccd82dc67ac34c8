"""Render hints: telling the encoder of a remote session what a window shows. Windows has them since 8 and Server
2012."""

from wtsfast._arguments cimport to_dword, to_hwnd, to_uint64
from wtsfast._errors cimport raise_error
from wtsfast._sdk.windows cimport BYTE, DWORD, HRESULT, HWND, UINT64
from wtsfast._sdk.wtsapi32 cimport PFN_WTSSetRenderHint
from wtsfast.raw._runtime cimport Export, WTSAPI32, resolve

__all__ = ["WTSSetRenderHint"]

cdef Export set_render_hint = Export(WTSAPI32, "WTSSetRenderHint", "Windows 8 or Server 2012", NULL)


def WTSSetRenderHint(render_hint_id, hwnd, render_hint_type, hint_data):
    """Say what a part of a window shows, or take that back.

    C: ``HRESULT WTSSetRenderHint(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType, DWORD cbHintDataLength,
    BYTE *pHintData)``.

    ``render_hint_id`` 0 makes a hint; the result is its id, with which a later call changes or clears it. ``hwnd`` is
    the number of the window. ``render_hint_type`` is ``RENDER_HINT_CLEAR`` with ``b""`` (passed as NULL),
    ``RENDER_HINT_VIDEO`` or ``RENDER_HINT_MAPPEDWINDOW`` with the 16 bytes of a RECT in the window's client coordinates
    as ``hint_data``, a bytes-like object. It only has an effect in a remote session.

    Does not block.

    Raises ``WtsError`` for an HRESULT that means failure: a Win32 error in it is given as that number, any other as the
    HRESULT itself. ``FunctionNotAvailableError`` before Windows 8. Wraps ``WTSSetRenderHint``.
    """
    cdef UINT64 hint = to_uint64(render_hint_id, "render_hint_id")
    cdef HWND window = to_hwnd(hwnd)
    cdef DWORD kind = to_dword(render_hint_type, "render_hint_type")
    cdef bytes data = bytes(memoryview(hint_data))
    cdef DWORD size = to_dword(len(data), "the length of hint_data")
    cdef BYTE* native_data = data
    cdef PFN_WTSSetRenderHint call = <PFN_WTSSetRenderHint>resolve(&set_render_hint)
    cdef HRESULT result
    with nogil:
        result = call(&hint, window, kind, size, native_data if size else NULL)
    if result < 0:
        raise_error("WTSSetRenderHint", to_error(result))
    return hint


# FACILITY_WIN32 (7) wraps the numbers that exceptions are chosen by.
cdef DWORD to_error(HRESULT result) noexcept:
    cdef DWORD bits = <DWORD>result
    return bits & 0xFFFF if bits & 0xFFFF0000 == 0x80070000 else bits
