/* Real mode: the processes and sessions of this machine, as Windows reports them. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define STATUS_LENGTH_MISMATCH ((LONG)0xC0000004)
#define SYSTEM_PROCESSES 5

typedef struct NT_TEXT {
    USHORT Length;
    USHORT MaximumLength;
    WCHAR *Buffer;
} NT_TEXT;

typedef struct NT_PROCESS { /* SYSTEM_PROCESS_INFORMATION */
    ULONG NextEntryOffset;
    ULONG NumberOfThreads;
    LARGE_INTEGER WorkingSetPrivateSize;
    ULONG HardFaultCount;
    ULONG NumberOfThreadsHighWatermark;
    ULONGLONG CycleTime;
    LARGE_INTEGER CreateTime;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
    NT_TEXT ImageName;
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
} NT_PROCESS;

#ifdef _WIN64
ASSERT_SIZE(NT_PROCESS, 200);
#endif

typedef LONG(WINAPI *QUERY_SYSTEM)(ULONG, void *, ULONG, ULONG *);

DWORD own_session_id(void)
{
    DWORD session_id = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session_id);
    return session_id;
}

/* The kernel's list, from malloc; NULL when it cannot be had. */
static BYTE *kernel_list(void)
{
    QUERY_SYSTEM query;
    FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQuerySystemInformation");
    ULONG size = 65536;
    memcpy(&query, &found, sizeof(query));
    for (;;) {
        BYTE *list = malloc(size);
        LONG status;
        if (list == NULL)
            return NULL;
        status = query(SYSTEM_PROCESSES, list, size, NULL);
        if (status >= 0)
            return list;
        free(list);
        if (status != STATUS_LENGTH_MISMATCH)
            return NULL;
        size *= 2;
    }
}

static void read_sid(HANDLE process, PROCESS *row)
{
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + MAX_SID_BYTES];
    } buffer;
    HANDLE token;
    DWORD size;
    if (!OpenProcessToken(process, TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenUser, &buffer, sizeof(buffer), &size)) {
        row->sid_length = GetLengthSid(buffer.user.User.Sid);
        memcpy(row->sid, buffer.user.User.Sid, row->sid_length);
    }
    CloseHandle(token);
}

static LONGLONG value_of(FILETIME time)
{
    ULARGE_INTEGER value;
    value.LowPart = time.dwLowDateTime;
    value.HighPart = time.dwHighDateTime;
    return (LONGLONG)value.QuadPart;
}

/* What only an open process tells: its SID, and its times where the kernel's list has none. FALSE: it has ended. */
static BOOL read_process(DWORD pid, PROCESS *row)
{
    FILETIME created, exited, kernel, user;
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION | SYNCHRONIZE, FALSE, pid);
    BOOL alive = TRUE;
    if (process == NULL)
        process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);
    if (process == NULL)
        return TRUE;
    if (WaitForSingleObject(process, 0) == WAIT_OBJECT_0)
        alive = FALSE;
    read_sid(process, row);
    if (row->user_time == 0 && row->kernel_time == 0 && GetProcessTimes(process, &created, &exited, &kernel, &user)) {
        row->user_time = value_of(user);
        row->kernel_time = value_of(kernel);
    }
    CloseHandle(process);
    return alive;
}

/* API notes 2.9: the base name without a path; "" for pid 0. */
static WCHAR *base_name(const NT_TEXT *image)
{
    SIZE_T length = image->Buffer == NULL ? 0 : image->Length / sizeof(WCHAR), start = length;
    WCHAR *name = calloc(length + 1, sizeof(WCHAR));
    while (start > 0 && image->Buffer[start - 1] != L'\\')
        --start;
    if (name != NULL && length > 0)
        memcpy(name, image->Buffer + start, (length - start) * sizeof(WCHAR));
    return name;
}

/* FALSE for a process that has ended: its last handle may keep it in the kernel's list for a while. */
static BOOL make_row(const NT_PROCESS *source, PROCESS *row)
{
    DWORD pid = (DWORD)(ULONG_PTR)source->UniqueProcessId;
    memset(row, 0, sizeof(*row));
    row->session_id = source->SessionId;
    row->pid = pid;
    row->number_of_threads = source->NumberOfThreads;
    row->handle_count = source->HandleCount;
    row->pagefile_usage = (DWORD)source->PagefileUsage; /* API notes 2.10: 32 bits, so it wraps */
    row->peak_pagefile_usage = (DWORD)source->PeakPagefileUsage;
    row->working_set_size = (DWORD)source->WorkingSetSize;
    row->peak_working_set_size = (DWORD)source->PeakWorkingSetSize;
    row->user_time = source->UserTime.QuadPart;
    row->kernel_time = source->KernelTime.QuadPart;
    if (pid != 0 && (source->NumberOfThreads == 0 || !read_process(pid, row)))
        return FALSE;
    row->name = base_name(&source->ImageName);
    return TRUE;
}

DWORD real_processes(PROCESS **processes, DWORD *count)
{
    BYTE *list = kernel_list();
    const NT_PROCESS *entry = (const NT_PROCESS *)list;
    DWORD room = 0;
    *processes = NULL;
    *count = 0;
    if (list == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (;;) {
        if (!grow((void **)processes, *count, &room, sizeof(**processes)))
            break;
        if (make_row(entry, *processes + *count))
            ++*count;
        if (entry->NextEntryOffset == 0)
            break;
        entry = (const NT_PROCESS *)((const BYTE *)entry + entry->NextEntryOffset);
    }
    free(list);
    return ERROR_SUCCESS;
}

/* The start of a session's oldest process stands for the logon. */
static LONGLONG session_start(DWORD session_id)
{
    BYTE *list = kernel_list();
    const NT_PROCESS *entry = (const NT_PROCESS *)list;
    LONGLONG start = 0;
    while (entry != NULL) {
        LONGLONG created = entry->CreateTime.QuadPart;
        if (entry->SessionId == session_id && created != 0 && (start == 0 || created < start))
            start = created;
        entry = entry->NextEntryOffset == 0 ? NULL : (const NT_PROCESS *)((const BYTE *)entry + entry->NextEntryOffset);
    }
    free(list);
    return start;
}

static void blank_session(SESSION *session, DWORD session_id, WCHAR *name, DWORD state)
{
    memset(session, 0, sizeof(*session));
    session->session_id = session->exec_env_id = session_id; /* API notes 2.8: equal on a session host */
    session->session_name = name;
    session->state = state;
    session->session_flags = WTS_SESSIONSTATE_UNKNOWN;
    session->user_name = session->domain_name = session->initial_program = session->application_name = L"";
    session->working_directory = session->oem_id = session->client_name = session->client_directory = L"";
    session->client_address_text = session->device_id = L"";
}

/* API notes 2.7: session 0 is "Services", Disconnected. The caller's session is the console, Active, with the names
 * that Windows reports. A caller in session 0 is a service: then the console is what Windows says; where that is
 * session 0 too, or nothing, as before Vista, session 0 is the console and there is no session of services. */
void real_sessions(SERVER *server)
{
    WCHAR user[257], computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD user_room = ARRAYSIZE(user), computer_room = ARRAYSIZE(computer), console = own_session_id();
    SESSION session;
    server->current_session_id = console;
    if (console == 0 && WTSGetActiveConsoleSessionId() != 0xFFFFFFFFu)
        console = WTSGetActiveConsoleSessionId();
    if (console != 0) {
        blank_session(&session, 0, L"Services", WTSDisconnected);
        model_add_session(server, &session);
    }
    blank_session(&session, console, L"Console", WTSActive);
    session.session_flags = WTS_SESSIONSTATE_UNLOCK;
    if (GetUserNameW(user, &user_room))
        session.user_name = user;
    if (GetComputerNameW(computer, &computer_room))
        session.domain_name = computer; /* API notes 4: the computer's name for local accounts */
    session.logon_time = session.connect_time = session_start(console);
    model_add_session(server, &session);
}
