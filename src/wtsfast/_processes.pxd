# Processes of a server: the snapshot, its rows, and the call that takes it.
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from wtsfast._columns cimport Layout
from wtsfast._sdk.windows cimport WCHAR
from wtsfast._snapshot cimport Snapshot


# How a row begins, whatever made it: WTS_PROCESS_INFO, WTS_PROCESS_INFO_EX and the kernel's row agree so far.
cdef struct ProcessHead:
    uint32_t session_id
    uint32_t pid
    const WCHAR* name
    const uint8_t* user_sid


# A row of the kernel source: 64-bit sizes, and when the process was made.
cdef struct KernelRow:
    uint32_t session_id
    uint32_t pid
    const WCHAR* name
    const uint8_t* user_sid
    uint32_t number_of_threads
    uint32_t handle_count
    uint64_t pagefile_usage
    uint64_t peak_pagefile_usage
    uint64_t working_set_size
    uint64_t peak_working_set_size
    int64_t user_time
    int64_t kernel_time
    int64_t creation_time


cdef Layout LEVEL_0  # of WTS_PROCESS_INFO
cdef Layout LEVEL_1  # of WTS_PROCESS_INFO_EX
cdef Layout kernel_layout(bint with_sids)


cdef class ProcessSnapshot(Snapshot):
    pass


cdef class ProcessInfo:
    cdef ProcessSnapshot snapshot
    cdef const ProcessHead* head

    # The value of a column that not every layout has.
    cdef object field(self, str name)
