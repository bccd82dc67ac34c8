# The kernel's list of processes: NtQuerySystemInformation, resolved at run time, and the record it fills.
#
# The C names carry a prefix so that they never clash with winternl.h; here they have their usual ones.

from wtsfast._sdk.windows cimport (
    HANDLE,
    INT,
    LARGE_INTEGER,
    LONG,
    PULONG,
    PVOID,
    PWSTR,
    SIZE_T,
    ULONG,
    ULONG_PTR,
    ULONGLONG,
    USHORT,
)

cdef extern from "wtsfast_ntdll.h":
    const INT SystemProcessInformation "WTSFAST_SystemProcessInformation"
    const LONG STATUS_INFO_LENGTH_MISMATCH "WTSFAST_STATUS_INFO_LENGTH_MISMATCH"

    # Length is in bytes. Buffer is NULL for pid 0.
    ctypedef struct UNICODE_STRING "WTSFAST_UNICODE_STRING":
        USHORT Length
        USHORT MaximumLength
        PWSTR Buffer

    # The next record is NextEntryOffset bytes further; 0 in the last. Times are in units of 100 ns.
    ctypedef struct SYSTEM_PROCESS_INFORMATION "WTSFAST_SYSTEM_PROCESS_INFORMATION":
        ULONG NextEntryOffset
        ULONG NumberOfThreads
        LARGE_INTEGER WorkingSetPrivateSize
        ULONG HardFaultCount
        ULONG NumberOfThreadsHighWatermark
        ULONGLONG CycleTime
        LARGE_INTEGER CreateTime
        LARGE_INTEGER UserTime
        LARGE_INTEGER KernelTime
        UNICODE_STRING ImageName
        LONG BasePriority
        HANDLE UniqueProcessId
        HANDLE InheritedFromUniqueProcessId
        ULONG HandleCount
        ULONG SessionId
        ULONG_PTR UniqueProcessKey
        SIZE_T PeakVirtualSize
        SIZE_T VirtualSize
        ULONG PageFaultCount
        SIZE_T PeakWorkingSetSize
        SIZE_T WorkingSetSize
        SIZE_T QuotaPeakPagedPoolUsage
        SIZE_T QuotaPagedPoolUsage
        SIZE_T QuotaPeakNonPagedPoolUsage
        SIZE_T QuotaNonPagedPoolUsage
        SIZE_T PagefileUsage
        SIZE_T PeakPagefileUsage
        SIZE_T PrivatePageCount
        LARGE_INTEGER ReadOperationCount
        LARGE_INTEGER WriteOperationCount
        LARGE_INTEGER OtherOperationCount
        LARGE_INTEGER ReadTransferCount
        LARGE_INTEGER WriteTransferCount
        LARGE_INTEGER OtherTransferCount

    # The results are NTSTATUS values: negative is failure.
    ctypedef LONG (*PFN_NtQuerySystemInformation)(INT SystemInformationClass, PVOID SystemInformation,
                                                  ULONG SystemInformationLength, PULONG ReturnLength) noexcept nogil
    ctypedef ULONG (*PFN_RtlNtStatusToDosError)(LONG Status) noexcept nogil
