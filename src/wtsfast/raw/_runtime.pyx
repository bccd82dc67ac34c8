"""The loader: functions that not every Windows has are looked up when they are first called."""

from wtsfast._errors cimport raise_missing
from wtsfast._sdk.windows cimport GetProcAddress, HMODULE, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW, WCHAR


cdef extern from *:
    """
    /* In the order of the enum Library. */
    static const WCHAR *const wtsfast_library_names[] = { L"wtsapi32.dll", L"mstlsapi.dll", L"ntdll.dll" };
    """
    const WCHAR* const* wtsfast_library_names


# Never unloaded. Threads that race load a library twice and look a function up twice, with the same result.
cdef HMODULE libraries[3]


# NULL where the library or the function is missing. From System32 alone: a DLL beside the program must not be taken.
cdef void* look_up(Export* export) noexcept nogil:
    cdef int which = export.library
    cdef HMODULE library = libraries[which]
    if library == NULL:
        library = LoadLibraryExW(wtsfast_library_names[which], NULL, LOAD_LIBRARY_SEARCH_SYSTEM32)
        if library == NULL:
            return NULL
        libraries[which] = library
    return <void*>GetProcAddress(library, export.name)


cdef void* resolve(Export* export, str function=None) except NULL:
    cdef void* address = export.address
    if address == NULL:
        with nogil:
            address = look_up(export)
        if address == NULL:  # not remembered: failing again is rare and costs little
            raise_missing(function or export.name.decode(), export.minimum.decode())
        export.address = address
    return address
