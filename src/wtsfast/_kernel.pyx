"""Processes from this machine's kernel: the same snapshot without Remote Desktop Services and without RPC.

One NtQuerySystemInformation call fills a scratch buffer with records of varying length; what we show of them is copied
into one compact block of rows and names.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from wtsfast._errors cimport raise_error
from wtsfast._memory cimport BY_MALLOC, RawBuffer
from wtsfast._processes cimport KernelRow, ProcessSnapshot, kernel_layout
from wtsfast._sdk.ntdll cimport (
    PFN_NtQuerySystemInformation, PFN_RtlNtStatusToDosError, STATUS_INFO_LENGTH_MISMATCH, SYSTEM_PROCESS_INFORMATION,
    SystemProcessInformation,
)
from wtsfast._sdk.windows cimport (
    BOOL, CloseHandle, DWORD, FILETIME, GetModuleHandleA, GetProcAddress, HANDLE, LONG, PSID, ULONG, WCHAR,
)
from wtsfast._sdk.wtsapi32 cimport WTS_ANY_SESSION
from wtsfast._time cimport read_clocks
from wtsfast.sid cimport SID_MAX_BYTES, sid_size

cdef extern from "wtsfast_sdk.h":
    const DWORD PROCESS_QUERY_LIMITED_INFORMATION
    const DWORD TOKEN_QUERY
    ctypedef struct SID_AND_ATTRIBUTES:
        PSID Sid
    ctypedef struct TOKEN_USER:
        SID_AND_ATTRIBUTES User
    ctypedef int TOKEN_INFORMATION_CLASS
    const TOKEN_INFORMATION_CLASS TokenUser
    HANDLE OpenProcess(DWORD access, BOOL inherit, DWORD pid) noexcept nogil
    BOOL GetProcessTimes(
        HANDLE process, FILETIME* creation, FILETIME* ended, FILETIME* kernel, FILETIME* user
    ) noexcept nogil
    BOOL OpenProcessToken(HANDLE process, DWORD access, HANDLE* token) noexcept nogil
    BOOL GetTokenInformation(
        HANDLE token, TOKEN_INFORMATION_CLASS kind, void* data, DWORD size, DWORD* needed
    ) noexcept nogil

cdef enum:
    ROOM = 65536  # processes start between the question for the size and the answer
    OUT_OF_MEMORY = 8  # ERROR_NOT_ENOUGH_MEMORY


# What one call needs. The scratch buffer is kept for the next call: new pages cost more than the call itself.
cdef struct Scratch:
    char* data
    ULONG size


cdef Scratch spare
cdef PFN_NtQuerySystemInformation query = <PFN_NtQuerySystemInformation>GetProcAddress(
    GetModuleHandleA(b"ntdll.dll"), b"NtQuerySystemInformation"
)
cdef PFN_RtlNtStatusToDosError dos_error = <PFN_RtlNtStatusToDosError>GetProcAddress(
    GetModuleHandleA(b"ntdll.dll"), b"RtlNtStatusToDosError"
)


# Fill the scratch buffer, growing it as needed; returns a Windows error number, 0 for success.
cdef DWORD ask(Scratch* scratch) noexcept nogil:
    cdef ULONG needed = 0
    cdef LONG status
    while True:
        status = query(SystemProcessInformation, scratch.data, scratch.size, &needed)
        if status != STATUS_INFO_LENGTH_MISMATCH:
            return 0 if status >= 0 else dos_error(status)
        free(scratch.data)
        scratch.size = max(needed, scratch.size) + ROOM
        scratch.data = <char*>malloc(scratch.size)
        if scratch.data == NULL:
            scratch.size = 0
            return OUT_OF_MEMORY


cdef inline const SYSTEM_PROCESS_INFORMATION* next_record(const SYSTEM_PROCESS_INFORMATION* record) noexcept nogil:
    if record.NextEntryOffset == 0:
        return NULL
    return <const SYSTEM_PROCESS_INFORMATION*>(<const char*>record + record.NextEntryOffset)


cdef inline bint wanted(const SYSTEM_PROCESS_INFORMATION* record, DWORD session) noexcept nogil:
    return session == WTS_ANY_SESSION or record.SessionId == session


# How many rows, and bytes of names with their terminators, the records of a session need.
cdef void measure(const char* data, DWORD session, Py_ssize_t* rows, Py_ssize_t* text) noexcept nogil:
    cdef const SYSTEM_PROCESS_INFORMATION* record = <const SYSTEM_PROCESS_INFORMATION*>data
    rows[0] = text[0] = 0
    while record != NULL:
        if wanted(record, session):
            rows[0] += 1
            text[0] += record.ImageName.Length + sizeof(WCHAR)
        record = next_record(record)


# Copy the records of a session into rows, their names into `text`.
cdef void convert(const char* data, DWORD session, KernelRow* row, char* text) noexcept nogil:
    cdef const SYSTEM_PROCESS_INFORMATION* record = <const SYSTEM_PROCESS_INFORMATION*>data
    while record != NULL:
        if wanted(record, session):
            row.session_id = record.SessionId
            row.pid = <uint32_t><size_t>record.UniqueProcessId
            row.name = <const WCHAR*>text
            row.user_sid = NULL
            row.number_of_threads = record.NumberOfThreads
            row.handle_count = record.HandleCount
            row.creation_time = record.CreateTime.QuadPart
            row.user_time = record.UserTime.QuadPart
            row.kernel_time = record.KernelTime.QuadPart
            row.pagefile_usage = record.PagefileUsage
            row.peak_pagefile_usage = record.PeakPagefileUsage
            row.working_set_size = record.WorkingSetSize
            row.peak_working_set_size = record.PeakWorkingSetSize
            memcpy(text, record.ImageName.Buffer, record.ImageName.Length)  # process 0 has none: an empty text
            text += record.ImageName.Length
            (<WCHAR*>text)[0] = 0
            text += sizeof(WCHAR)
            row += 1
        record = next_record(record)


# What the token answers: the SID lies behind the head that points to it.
cdef struct UserOfToken:
    TOKEN_USER head
    uint8_t sid[SID_MAX_BYTES]


# Whether a handle is one to the process that was listed, and not to a later one with its pid.
cdef bint is_made_at(HANDLE process, int64_t creation_time) noexcept nogil:
    cdef FILETIME creation, ended, kernel, user
    if not GetProcessTimes(process, &creation, &ended, &kernel, &user):
        return False
    return (<int64_t>creation.dwHighDateTime << 32 | creation.dwLowDateTime) == creation_time


# The user of a process into `sid`, whose size is returned; 0 where it may not be asked or has ended.
cdef int read_sid(DWORD pid, int64_t creation_time, uint8_t* sid) noexcept nogil:
    cdef UserOfToken data
    cdef DWORD needed
    cdef HANDLE token = NULL
    cdef int size = 0
    cdef HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
    if process == NULL:
        return 0
    if is_made_at(process, creation_time) and OpenProcessToken(process, TOKEN_QUERY, &token):
        if GetTokenInformation(token, TokenUser, &data, sizeof(data), &needed):
            size = sid_size(<const uint8_t*>data.head.User.Sid)
            memcpy(sid, data.head.User.Sid, size)
        CloseHandle(token)
    CloseHandle(process)
    return size


cdef void read_sids(KernelRow* rows, Py_ssize_t count, uint8_t* sids) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        if read_sid(rows[i].pid, rows[i].creation_time, sids):
            rows[i].user_sid = sids
        sids += SID_MAX_BYTES


def enumerate_kernel_processes(unsigned long session, bint user_sids):
    """List this machine's processes as its kernel sees them: see ``enumerate_processes(source="kernel")``."""
    global spare
    cdef ProcessSnapshot snapshot
    cdef RawBuffer owner = RawBuffer.empty(BY_MALLOC)
    cdef Scratch scratch = spare
    cdef Py_ssize_t rows = 0, text = 0, sids
    cdef DWORD error
    cdef int64_t filetime, monotonic
    spare.data = NULL  # ours until the end: another thread that comes meanwhile gets its own
    spare.size = 0
    with nogil:
        error = ask(&scratch)
        read_clocks(&filetime, &monotonic)
        if not error:
            measure(scratch.data, session, &rows, &text)
            sids = rows * SID_MAX_BYTES if user_sids else 0
            owner.ptr = malloc(rows * sizeof(KernelRow) + sids + text + 1)
            if owner.ptr == NULL:
                error = OUT_OF_MEMORY
            else:
                convert(
                    scratch.data, session, <KernelRow*>owner.ptr, <char*>owner.ptr + rows * sizeof(KernelRow) + sids
                )
                if user_sids:
                    read_sids(<KernelRow*>owner.ptr, rows, <uint8_t*>owner.ptr + rows * sizeof(KernelRow))
    if spare.data == NULL:
        spare = scratch
    else:
        free(scratch.data)
    if error == OUT_OF_MEMORY:
        raise MemoryError
    if error:
        raise_error("NtQuerySystemInformation", error)
    owner.entries = <ULONG>rows
    snapshot = ProcessSnapshot.__new__(ProcessSnapshot)
    snapshot.adopt(owner, kernel_layout(user_sids))
    snapshot.filetime = filetime
    snapshot.monotonic = monotonic
    return snapshot
