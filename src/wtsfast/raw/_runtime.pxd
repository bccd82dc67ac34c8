# The loader: functions that not every Windows has are looked up when they are first called.

cdef enum Library:
    WTSAPI32
    MSTLSAPI


# One function to look up. Keep it in a module variable: the address is remembered there.
cdef struct Export:
    Library library
    const char* name  # as the DLL exports it
    const char* minimum  # the Windows that has it, for the error
    void* address


# The address of the function, to be cast to its PFN_ type; FunctionNotAvailableError where the export is missing.
# `function` is the name for the error where the export's own will not do: that of an A or W form.
cdef void* resolve(Export* export, str function=*) except NULL
# Whether the library, which a function was found in, is Wine's own and not a native DLL that runs under Wine.
cdef bint is_wines_own(Library library) noexcept nogil
