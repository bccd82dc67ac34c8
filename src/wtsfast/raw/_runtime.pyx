"""The loader: functions that not every Windows has are looked up when they are first called."""

from libc.string cimport memcmp

from wtsfast._errors cimport raise_missing
from wtsfast._sdk.windows cimport (
    GetModuleHandleA, GetProcAddress, HMODULE, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExA,
)

# In the order of the enum Library.
cdef const char** library_names = [b"wtsapi32.dll", b"mstlsapi.dll"]
# Never unloaded. Threads that race load a library twice and look a function up twice, with the same result.
cdef HMODULE libraries[2]


# NULL where the library or the function is missing. From System32 alone: a DLL beside the program must not be taken.
cdef void* look_up(Export* export) noexcept nogil:
    cdef int which = export.library
    cdef HMODULE library = libraries[which]
    if library == NULL:
        library = LoadLibraryExA(library_names[which], NULL, LOAD_LIBRARY_SEARCH_SYSTEM32)
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


cdef bint is_wines_own(Library library) noexcept nogil:
    cdef int which = library
    cdef HMODULE ntdll = GetModuleHandleA(b"ntdll.dll")
    if ntdll == NULL or GetProcAddress(ntdll, b"wine_get_version") == NULL or libraries[which] == NULL:
        return False
    # A handle is the address of the DLL in memory, and Wine writes this behind the header of each of its own.
    return memcmp(<char*>libraries[which] + 0x40, b"Wine builtin DLL", 16) == 0
