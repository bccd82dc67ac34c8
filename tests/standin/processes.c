/* WTSEnumerateProcesses, WTSEnumerateProcessesEx and WTSTerminateProcess (API notes 2.9, 2.10, 2.20). */
#include <stdlib.h>

#include "model.h"

static BOOL shown_in(const PROCESS *process, DWORD session_id)
{
    return session_id == WTS_ANY_SESSION || process->session_id == session_id;
}

static void put_row(RESULT *result, PROCESS_ROW *row, const PROCESS *process)
{
    row->SessionId = process->session_id;
    row->ProcessId = process->pid;
    result_text(result, &row->pProcessName, process->name);
    result_bytes(result, &row->pUserSid, process->sid, process->sid_length);
}

static void put_row_ex(RESULT *result, PROCESS_ROW_EX *row, const PROCESS *process)
{
    row->SessionId = process->session_id;
    row->ProcessId = process->pid;
    result_text(result, &row->pProcessName, process->name);
    result_bytes(result, &row->pUserSid, process->sid, process->sid_length);
    row->NumberOfThreads = process->number_of_threads;
    row->HandleCount = process->handle_count;
    row->PagefileUsage = process->pagefile_usage;
    row->PeakPagefileUsage = process->peak_pagefile_usage;
    row->WorkingSetSize = process->working_set_size;
    row->PeakWorkingSetSize = process->peak_working_set_size;
    row->UserTime.QuadPart = process->user_time;
    row->KernelTime.QuadPart = process->kernel_time;
}

static DWORD build(CALL *call, BLOCK_KIND kind, BOOL wide, const PROCESS *processes, DWORD total, DWORD session_id,
                   BOOL pooled, void **rows, DWORD *count)
{
    BOOL extended = kind == BLOCK_PROCESSES_1;
    RESULT result;
    DWORD i, shown = 0, place = 0;
    for (i = 0; i < total && call->shape != SHAPE_ZERO_ROWS; ++i)
        shown += shown_in(&processes[i], session_id) ? 1 : 0;
    if (!result_begin(&result, kind, wide, shown, extended ? sizeof(PROCESS_ROW_EX) : sizeof(PROCESS_ROW)))
        return ERROR_NOT_ENOUGH_MEMORY;
    result.pooled = pooled;
    for (i = 0; i < total && place < shown; ++i) {
        if (!shown_in(&processes[i], session_id))
            continue;
        if (extended)
            put_row_ex(&result, (PROCESS_ROW_EX *)result.rows + place, &processes[i]);
        else
            put_row(&result, (PROCESS_ROW *)result.rows + place, &processes[i]);
        ++place;
    }
    return result_deliver(call, &result, rows, count);
}

static DWORD list_processes(CALL *call, BLOCK_KIND kind, BOOL wide, const SERVER *server, DWORD session_id, void **rows,
                            DWORD *count)
{
    PROCESS *processes;
    DWORD total, i, error;
    if (!server->real)
        return build(call, kind, wide, server->processes, server->process_count, session_id,
                     session_id == WTS_ANY_SESSION && server == model_local(), rows, count);
    error = real_processes(&processes, &total);
    if (error != ERROR_SUCCESS)
        return error;
    error = build(call, kind, wide, processes, total, session_id, FALSE, rows, count);
    for (i = 0; i < total; ++i)
        free_process_text(&processes[i]);
    free(processes);
    return error;
}

static DWORD enter_and_list(CALL *call, BLOCK_KIND kind, BOOL wide, HANDLE handle, DWORD session_id, void **rows,
                            DWORD *count)
{
    SERVER *server;
    DWORD error;
    if (wide && handle == NULL && session_id == WTS_ANY_SESSION && call->shape == SHAPE_TRUE
        && (*rows = pool_take(kind, count)) != NULL)
        return ERROR_SUCCESS;
    lock();
    error = server_enter(call->function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        if (options.current_session_understood)
            session_id = resolve_session(server, session_id);
        error = list_processes(call, kind, wide, server, session_id, rows, count);
        server_leave(handle);
    }
    unlock();
    return error;
}

/* 87 for a reserved value, another version and NULL outputs; success leaves the last error 0. */
static BOOL enumerate_processes(FUNCTION function, BOOL wide, HANDLE handle, DWORD reserved, DWORD version,
                                PROCESS_ROW **rows, DWORD *count)
{
    CALL call;
    if (!call_begin(&call, function, 5, ARGUMENT(handle), ARGUMENT(reserved), ARGUMENT(version), ARGUMENT(rows),
                    ARGUMENT(count)))
        return FALSE;
    if (reserved != 0 || version != 1 || rows == NULL || count == NULL)
        return call_end_zero(&call, ERROR_INVALID_PARAMETER);
    return call_end_zero(&call, enter_and_list(&call, BLOCK_PROCESSES, wide, handle, WTS_ANY_SESSION, (void **)rows,
                                               count));
}

/* *level chooses the row; another value is set to 1 and the call fails, with an error that is a doubt. NULL outputs
 * give 87 and leave the other output untouched. */
static BOOL enumerate_processes_ex(FUNCTION function, BOOL wide, HANDLE handle, DWORD *level, DWORD session_id,
                                   void **rows, DWORD *count)
{
    CALL call;
    if (!call_begin(&call, function, 5, ARGUMENT(handle), ARGUMENT(level == NULL ? 0 : *level), ARGUMENT(session_id),
                    ARGUMENT(rows), ARGUMENT(count)))
        return FALSE;
    if (level == NULL || rows == NULL || count == NULL)
        return call_end_zero(&call, ERROR_INVALID_PARAMETER);
    if (*level > 1) {
        *level = 1;
        return call_end_zero(&call, (DWORD)options.level_error);
    }
    return call_end_zero(&call, enter_and_list(&call, *level == 1 ? BLOCK_PROCESSES_1 : BLOCK_PROCESSES_0, wide, handle,
                                               session_id, rows, count));
}

BOOL WINAPI WTSEnumerateProcessesW(HANDLE server, DWORD reserved, DWORD version, PROCESS_ROW **rows, DWORD *count)
{
    return enumerate_processes(FUNCTION_WTSEnumerateProcessesW, TRUE, server, reserved, version, rows, count);
}

BOOL WINAPI WTSEnumerateProcessesA(HANDLE server, DWORD reserved, DWORD version, PROCESS_ROW **rows, DWORD *count)
{
    return enumerate_processes(FUNCTION_WTSEnumerateProcessesA, FALSE, server, reserved, version, rows, count);
}

/* The SDK types the output as LPWSTR * although it receives an array of rows. */
BOOL WINAPI WTSEnumerateProcessesExW(HANDLE server, DWORD *level, DWORD session_id, LPWSTR *rows, DWORD *count)
{
    return enumerate_processes_ex(FUNCTION_WTSEnumerateProcessesExW, TRUE, server, level, session_id, (void **)rows,
                                  count);
}

BOOL WINAPI WTSEnumerateProcessesExA(HANDLE server, DWORD *level, DWORD session_id, LPSTR *rows, DWORD *count)
{
    return enumerate_processes_ex(FUNCTION_WTSEnumerateProcessesExA, FALSE, server, level, session_id, (void **)rows,
                                  count);
}

/* A real process ends for good; a scripted one leaves the list. 87 for a pid that is not there. */
static DWORD terminate_process(SERVER *server, DWORD pid, DWORD exit_code)
{
    HANDLE process;
    DWORD error = ERROR_SUCCESS;
    if (!server->real)
        return model_remove_process(server, pid) ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
    if (process == NULL)
        return GetLastError();
    if (!TerminateProcess(process, exit_code))
        error = GetLastError();
    CloseHandle(process);
    return error;
}

BOOL WINAPI WTSTerminateProcess(HANDLE handle, DWORD pid, DWORD exit_code)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSTerminateProcess, 3, ARGUMENT(handle), ARGUMENT(pid), ARGUMENT(exit_code)))
        return FALSE;
    lock();
    error = server_enter(call.function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = terminate_process(server, pid, exit_code);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}
