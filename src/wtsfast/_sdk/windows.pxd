# The part of windows.h that the package uses: basic types, and functions of kernel32 and advapi32.
#
# windows.h is read through wtsfast_sdk.h, so that every module sees it after the same checks.

from libc.stddef cimport wchar_t

cdef extern from "wtsfast_sdk.h":
    # ---- Types ----

    ctypedef int BOOL
    ctypedef unsigned char BYTE
    ctypedef unsigned char UCHAR
    ctypedef char CHAR
    ctypedef wchar_t WCHAR
    ctypedef unsigned short USHORT
    ctypedef unsigned short WORD
    ctypedef int INT
    ctypedef unsigned int UINT
    ctypedef int LONG
    ctypedef unsigned int ULONG
    ctypedef unsigned int DWORD
    ctypedef unsigned int UINT32
    ctypedef long long LONGLONG
    ctypedef unsigned long long ULONGLONG
    ctypedef unsigned long long UINT64
    ctypedef size_t SIZE_T
    ctypedef size_t ULONG_PTR
    ctypedef int HRESULT
    ctypedef DWORD SECURITY_INFORMATION

    ctypedef void* PVOID
    ctypedef void* LPVOID
    ctypedef const void* LPCVOID
    ctypedef BYTE* LPBYTE
    ctypedef BOOL* PBOOL
    ctypedef ULONG* PULONG
    ctypedef DWORD* PDWORD
    ctypedef DWORD* LPDWORD
    ctypedef CHAR* PCHAR
    ctypedef CHAR* PSTR
    ctypedef CHAR* LPSTR
    ctypedef const CHAR* PCSTR
    ctypedef const CHAR* LPCSTR
    ctypedef WCHAR* PWSTR
    ctypedef WCHAR* LPWSTR
    ctypedef const WCHAR* PCWSTR
    ctypedef const WCHAR* LPCWSTR

    # Opaque: pointers to anything, so that no cast is needed between them and HANDLE.
    ctypedef void* HANDLE
    ctypedef HANDLE* PHANDLE
    ctypedef void* HMODULE
    ctypedef void* HWND
    ctypedef void* HLOCAL
    ctypedef void* PSID
    ctypedef void* PSECURITY_DESCRIPTOR

    # Cast to the PFN_ type of the function before the call.
    ctypedef LONGLONG (*FARPROC)() noexcept nogil

    ctypedef union LARGE_INTEGER:
        LONGLONG QuadPart

    ctypedef struct FILETIME:
        DWORD dwLowDateTime
        DWORD dwHighDateTime

    ctypedef struct GUID:
        DWORD Data1
        WORD Data2
        WORD Data3
        BYTE Data4[8]

    # Only ever NULL here.
    ctypedef struct SECURITY_ATTRIBUTES:
        pass

    # The other way to hold a security descriptor: everything in one block, offsets in place of pointers.
    ctypedef struct SECURITY_DESCRIPTOR_RELATIVE:
        BYTE Revision
        WORD Control
        DWORD Owner
        DWORD Group
        DWORD Sacl
        DWORD Dacl

    ctypedef struct ACL:
        BYTE AclRevision
        WORD AclSize
        WORD AceCount

    # Sent to services; a window gets the session id itself. winuser.h declares it, not wtsapi32.h.
    ctypedef struct WTSSESSION_NOTIFICATION:
        DWORD cbSize
        DWORD dwSessionId

    # ---- Constants ----

    enum:
        MAX_PATH

    const HANDLE INVALID_HANDLE_VALUE
    const DWORD INFINITE
    const DWORD WAIT_OBJECT_0
    const DWORD WAIT_TIMEOUT
    const DWORD DUPLICATE_SAME_ACCESS
    const DWORD LOAD_LIBRARY_SEARCH_SYSTEM32
    const DWORD FORMAT_MESSAGE_ALLOCATE_BUFFER
    const DWORD FORMAT_MESSAGE_FROM_SYSTEM
    const DWORD FORMAT_MESSAGE_IGNORE_INSERTS
    const UINT CP_ACP
    const UINT CP_UTF8
    const DWORD WC_NO_BEST_FIT_CHARS
    const DWORD MB_ERR_INVALID_CHARS
    const DWORD OWNER_SECURITY_INFORMATION
    const DWORD GROUP_SECURITY_INFORMATION
    const DWORD DACL_SECURITY_INFORMATION
    const DWORD SACL_SECURITY_INFORMATION
    const WORD SE_SELF_RELATIVE
    const UINT WM_WTSSESSION_CHANGE

    enum:
        SECURITY_MAX_SID_SIZE
        SID_MAX_SUB_AUTHORITIES

    const DWORD ERROR_SUCCESS
    const DWORD ERROR_FILE_NOT_FOUND
    const DWORD ERROR_ACCESS_DENIED
    const DWORD ERROR_INVALID_HANDLE
    const DWORD ERROR_NOT_ENOUGH_MEMORY
    const DWORD ERROR_INVALID_DATA
    const DWORD ERROR_GEN_FAILURE
    const DWORD ERROR_NOT_SUPPORTED
    const DWORD ERROR_INVALID_PARAMETER
    const DWORD ERROR_BROKEN_PIPE
    const DWORD ERROR_CALL_NOT_IMPLEMENTED
    const DWORD ERROR_INSUFFICIENT_BUFFER
    const DWORD ERROR_MOD_NOT_FOUND
    const DWORD ERROR_PROC_NOT_FOUND
    const DWORD ERROR_NO_DATA
    const DWORD ERROR_MORE_DATA
    const DWORD ERROR_NO_MORE_ITEMS
    const DWORD ERROR_OPERATION_ABORTED
    const DWORD ERROR_IO_INCOMPLETE
    const DWORD ERROR_IO_PENDING
    const DWORD ERROR_NO_TOKEN
    const DWORD ERROR_NOT_FOUND
    const DWORD ERROR_PRIVILEGE_NOT_HELD
    const DWORD ERROR_NONE_MAPPED
    const DWORD ERROR_INVALID_USER_BUFFER
    const DWORD ERROR_CTX_CLOSE_PENDING
    const DWORD ERROR_CTX_WINSTATION_NOT_FOUND

    # ---- Errors ----

    DWORD GetLastError() noexcept nogil
    void SetLastError(DWORD dwErrCode) noexcept nogil
    DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId, LPWSTR lpBuffer,
                         DWORD nSize, CHAR **Arguments) noexcept nogil

    # ---- Handles and memory ----

    BOOL CloseHandle(HANDLE hObject) noexcept nogil
    HANDLE GetCurrentProcess() noexcept nogil
    BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                         HANDLE *lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
                         DWORD dwOptions) noexcept nogil
    HLOCAL LocalFree(HLOCAL hMem) noexcept nogil
    HANDLE GetProcessHeap() noexcept nogil
    BOOL HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem) noexcept nogil
    PVOID SecureZeroMemory(PVOID ptr, SIZE_T cnt) noexcept nogil

    # ---- Libraries ----

    # The A forms serve for fixed ASCII names: Cython has no wide string literals.
    HMODULE GetModuleHandleA(LPCSTR lpModuleName) noexcept nogil
    HMODULE GetModuleHandleW(LPCWSTR lpModuleName) noexcept nogil
    HMODULE LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags) noexcept nogil
    HMODULE LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags) noexcept nogil
    BOOL FreeLibrary(HMODULE hLibModule) noexcept nogil
    FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName) noexcept nogil

    # ---- Threads, events, semaphores ----

    ctypedef DWORD (*LPTHREAD_START_ROUTINE)(LPVOID lpThreadParameter) noexcept nogil

    HANDLE CreateThread(SECURITY_ATTRIBUTES *lpThreadAttributes, SIZE_T dwStackSize,
                        LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                        DWORD *lpThreadId) noexcept nogil
    HANDLE CreateEventW(SECURITY_ATTRIBUTES *lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                        LPCWSTR lpName) noexcept nogil
    BOOL SetEvent(HANDLE hEvent) noexcept nogil
    BOOL ResetEvent(HANDLE hEvent) noexcept nogil
    HANDLE CreateSemaphoreW(SECURITY_ATTRIBUTES *lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                            LPCWSTR lpName) noexcept nogil
    BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LONG *lpPreviousCount) noexcept nogil
    DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) noexcept nogil
    void Sleep(DWORD dwMilliseconds) noexcept nogil
    DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                 DWORD dwMilliseconds) noexcept nogil

    # ---- Atomic operations ----

    LONG InterlockedDecrement(volatile LONG *Addend) noexcept nogil
    LONG InterlockedExchange(volatile LONG *Target, LONG Value) noexcept nogil
    PVOID InterlockedExchangePointer(volatile PVOID *Target, PVOID Value) noexcept nogil

    # ---- Time ----

    ULONGLONG GetTickCount64() noexcept nogil
    void GetSystemTimePreciseAsFileTime(FILETIME *lpSystemTimeAsFileTime) noexcept nogil
    BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount) noexcept nogil
    BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency) noexcept nogil

    # ---- Text ----

    int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte,
                            LPWSTR lpWideCharStr, int cchWideChar) noexcept nogil
    int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar, LPSTR lpMultiByteStr,
                            int cbMultiByte, LPCSTR lpDefaultChar, BOOL *lpUsedDefaultChar) noexcept nogil
    int CompareStringOrdinal(LPCWSTR lpString1, int cchCount1, LPCWSTR lpString2, int cchCount2,
                             BOOL bIgnoreCase) noexcept nogil

    # ---- Processes and sessions (the two functions of the API that live in kernel32) ----

    DWORD GetCurrentProcessId() noexcept nogil
    BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId) noexcept nogil
    DWORD WTSGetActiveConsoleSessionId() noexcept nogil

    # ---- Security (advapi32) ----

    # A number and no enum: Windows may return kinds of accounts that no list has yet.
    ctypedef DWORD SID_NAME_USE

    BOOL IsValidSid(PSID pSid) noexcept nogil
    DWORD GetLengthSid(PSID pSid) noexcept nogil
    BOOL EqualSid(PSID pSid1, PSID pSid2) noexcept nogil
    BOOL LookupAccountSidW(LPCWSTR lpSystemName, PSID Sid, LPWSTR Name, LPDWORD cchName, LPWSTR ReferencedDomainName,
                           LPDWORD cchReferencedDomainName, SID_NAME_USE *peUse) noexcept nogil
    BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor) noexcept nogil
    DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR pSecurityDescriptor) noexcept nogil

# sddl.h is not part of windows.h.
cdef extern from "sddl.h":
    BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid) noexcept nogil
    BOOL ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid) noexcept nogil
