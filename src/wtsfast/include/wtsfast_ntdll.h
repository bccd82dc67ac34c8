/* The list of processes as the kernel gives it: NtQuerySystemInformation(SystemProcessInformation).
 *
 * winternl.h declares many members of this struct as reserved bytes, and differently in each vendor's version. So the
 * names of the types here are our own, and a program may include winternl.h as well. Microsoft documents only some of
 * the members (not the times); but process monitors have relied on all of them since Windows 7.
 */
#ifndef WTSFAST_NTDLL_H
#define WTSFAST_NTDLL_H

#include <windows.h>

#if !defined(_WIN64)
#error "wtsfast supports 64-bit Windows only"
#endif

#include "wtsfast_assert.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define WTSFAST_SystemProcessInformation 5
#define WTSFAST_STATUS_INFO_LENGTH_MISMATCH ((LONG)0xC0000004)

/* Length is in bytes. Buffer is NULL for pid 0. */
typedef struct _WTSFAST_UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} WTSFAST_UNICODE_STRING;

/* One process. Its threads follow, then, NextEntryOffset bytes from here, the next process; 0 in the last. */
typedef struct _WTSFAST_SYSTEM_PROCESS_INFORMATION {
    ULONG NextEntryOffset;
    ULONG NumberOfThreads;
    LARGE_INTEGER WorkingSetPrivateSize;
    ULONG HardFaultCount;
    ULONG NumberOfThreadsHighWatermark;
    ULONGLONG CycleTime;
    LARGE_INTEGER CreateTime; /* FILETIME; the others are durations; all in units of 100 ns */
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
    WTSFAST_UNICODE_STRING ImageName;
    LONG BasePriority;
    HANDLE UniqueProcessId;
    HANDLE InheritedFromUniqueProcessId;
    ULONG HandleCount;
    ULONG SessionId;
    ULONG_PTR UniqueProcessKey;
    SIZE_T PeakVirtualSize;
    SIZE_T VirtualSize;
    ULONG PageFaultCount;
    SIZE_T PeakWorkingSetSize;
    SIZE_T WorkingSetSize;
    SIZE_T QuotaPeakPagedPoolUsage;
    SIZE_T QuotaPagedPoolUsage;
    SIZE_T QuotaPeakNonPagedPoolUsage;
    SIZE_T QuotaNonPagedPoolUsage;
    SIZE_T PagefileUsage;
    SIZE_T PeakPagefileUsage;
    SIZE_T PrivatePageCount;
    LARGE_INTEGER ReadOperationCount;
    LARGE_INTEGER WriteOperationCount;
    LARGE_INTEGER OtherOperationCount;
    LARGE_INTEGER ReadTransferCount;
    LARGE_INTEGER WriteTransferCount;
    LARGE_INTEGER OtherTransferCount;
} WTSFAST_SYSTEM_PROCESS_INFORMATION;

/* To be resolved at run time, as the manual advises: ntdll.dll is in every process, but not every SDK has an import
 * library for it. The results are of type NTSTATUS, which windows.h does not define: negative is failure. */
typedef LONG(WINAPI *PFN_NtQuerySystemInformation)(INT SystemInformationClass, PVOID SystemInformation,
                                                   ULONG SystemInformationLength, PULONG ReturnLength);
typedef ULONG(WINAPI *PFN_RtlNtStatusToDosError)(LONG Status);

#if defined(__cplusplus)
}
#endif

WTSFAST_ASSERT_SIZE(WTSFAST_UNICODE_STRING, 16)
WTSFAST_ASSERT_FIELD(WTSFAST_UNICODE_STRING, Length, 0)
WTSFAST_ASSERT_FIELD(WTSFAST_UNICODE_STRING, MaximumLength, 2)
WTSFAST_ASSERT_FIELD(WTSFAST_UNICODE_STRING, Buffer, 8)

WTSFAST_ASSERT_SIZE(WTSFAST_SYSTEM_PROCESS_INFORMATION, 256)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, NextEntryOffset, 0)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, NumberOfThreads, 4)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, WorkingSetPrivateSize, 8)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, HardFaultCount, 16)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, NumberOfThreadsHighWatermark, 20)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, CycleTime, 24)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, CreateTime, 32)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, UserTime, 40)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, KernelTime, 48)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, ImageName, 56)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, BasePriority, 72)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, UniqueProcessId, 80)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, InheritedFromUniqueProcessId, 88)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, HandleCount, 96)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, SessionId, 100)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, UniqueProcessKey, 104)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PeakVirtualSize, 112)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, VirtualSize, 120)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PageFaultCount, 128)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PeakWorkingSetSize, 136)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, WorkingSetSize, 144)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, QuotaPeakPagedPoolUsage, 152)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, QuotaPagedPoolUsage, 160)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, QuotaPeakNonPagedPoolUsage, 168)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, QuotaNonPagedPoolUsage, 176)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PagefileUsage, 184)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PeakPagefileUsage, 192)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, PrivatePageCount, 200)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, ReadOperationCount, 208)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, WriteOperationCount, 216)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, OtherOperationCount, 224)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, ReadTransferCount, 232)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, WriteTransferCount, 240)
WTSFAST_ASSERT_FIELD(WTSFAST_SYSTEM_PROCESS_INFORMATION, OtherTransferCount, 248)

#endif
