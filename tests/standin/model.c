/* The model of servers, sessions and processes, and the control exports that script it. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static SERVER *servers; /* the first is the local machine */

/* The texts of a session, so that copying and freeing go through one list. */
static const SIZE_T SESSION_TEXTS[] = {
    offsetof(SESSION, session_name),     offsetof(SESSION, host_name),        offsetof(SESSION, user_name),
    offsetof(SESSION, domain_name),      offsetof(SESSION, farm_name),        offsetof(SESSION, initial_program),
    offsetof(SESSION, application_name), offsetof(SESSION, working_directory), offsetof(SESSION, oem_id),
    offsetof(SESSION, client_name),      offsetof(SESSION, client_directory), offsetof(SESSION, client_address_text),
    offsetof(SESSION, device_id),        offsetof(SESSION, password),
};

static WCHAR **session_text(SESSION *session, SIZE_T i)
{
    return (WCHAR **)((BYTE *)session + SESSION_TEXTS[i]);
}

void free_session_text(SESSION *session)
{
    SIZE_T i;
    for (i = 0; i < ARRAYSIZE(SESSION_TEXTS); ++i)
        free(*session_text(session, i));
}

void free_process_text(PROCESS *process)
{
    free(process->name);
}

BOOL grow(void **array, DWORD count, DWORD *room, SIZE_T element)
{
    DWORD wanted;
    void *larger;
    if (count < *room)
        return TRUE;
    wanted = *room == 0 ? 16 : *room * 2;
    larger = realloc(*array, wanted * element);
    if (larger == NULL)
        return FALSE;
    *array = larger;
    *room = wanted;
    return TRUE;
}

LONGLONG time_now(void)
{
    FILETIME now;
    ULARGE_INTEGER value;
    GetSystemTimeAsFileTime(&now);
    value.LowPart = now.dwLowDateTime;
    value.HighPart = now.dwHighDateTime;
    return (LONGLONG)value.QuadPart;
}

/* ---- servers ---- */

static void empty_server(SERVER *server)
{
    DWORD i;
    while (server->overrides != NULL) {
        OVERRIDE *next = server->overrides->next;
        free(server->overrides->data);
        free(server->overrides);
        server->overrides = next;
    }
    for (i = 0; i < server->session_count; ++i)
        free_session_text(&server->sessions[i]);
    for (i = 0; i < server->process_count; ++i)
        free_process_text(&server->processes[i]);
    for (i = 0; i < server->farm_count; ++i)
        free(server->farm[i]);
    free(server->sessions);
    free(server->processes);
    free(server->gone);
    free(server->farm);
    server->sessions = NULL;
    server->processes = NULL;
    server->gone = NULL;
    server->farm = NULL;
    server->session_count = server->session_room = 0;
    server->process_count = server->process_room = 0;
    server->gone_count = server->gone_room = 0;
    server->farm_count = server->farm_room = 0;
}

SERVER *model_add_server(const WCHAR *name)
{
    SERVER **link = &servers;
    SERVER *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return NULL;
    server->name = copy_text(name);
    server->current_session_id = own_session_id();
    server->farm_error = 6118; /* ERROR_NO_BROWSER_SERVERS_FOUND: what modern networks answer (API notes 2.6) */
    while (*link != NULL)
        link = &(*link)->next;
    *link = server;
    return server;
}

void model_reset(void)
{
    while (servers != NULL) {
        SERVER *next = servers->next;
        empty_server(servers);
        free(servers->name);
        free(servers);
        servers = next;
    }
    servers_reset();
    events_reset();
    messages_reset();
    tokens_reset();
    accounts_reset();
    listeners_reset();
    children_reset();
    notifications_reset();
    hints_reset();
    cloud_reset();
    channels_reset();
    licensing_reset();
    if (model_add_server(NULL) != NULL)
        servers->real = TRUE;
    pool_clear();
}

/* The real sessions are read at the first use, not at load: asking for the user's name may load other DLLs. */
SERVER *model_local(void)
{
    if (servers->real && !servers->filled) {
        servers->filled = TRUE;
        real_sessions(servers);
    }
    return servers;
}

SERVER *model_find_server(const WCHAR *name)
{
    WCHAR computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD room = ARRAYSIZE(computer);
    SERVER *server;
    if (name == NULL)
        return model_local();
    for (server = servers; server != NULL; server = server->next)
        if (server->name != NULL && same_text(server->name, name))
            return server;
    if (same_text(name, L"localhost") || (GetComputerNameW(computer, &room) && same_text(name, computer)))
        return model_local();
    return NULL;
}

void model_start_scenario(SERVER *server)
{
    if (!server->real)
        return;
    empty_server(server);
    server->real = FALSE;
    pool_clear();
}

/* ---- sessions ---- */

SESSION *model_find_session(SERVER *server, DWORD session_id)
{
    DWORD i;
    for (i = 0; i < server->session_count; ++i)
        if (server->sessions[i].session_id == session_id)
            return &server->sessions[i];
    return NULL;
}

SESSION *model_add_session(SERVER *server, const SESSION *session)
{
    SESSION *added;
    SIZE_T i;
    if (!grow((void **)&server->sessions, server->session_count, &server->session_room, sizeof(*added)))
        return NULL;
    added = &server->sessions[server->session_count++];
    *added = *session;
    for (i = 0; i < ARRAYSIZE(SESSION_TEXTS); ++i)
        *session_text(added, i) = copy_text(*session_text(added, i));
    pool_clear();
    return added;
}

BOOL model_remove_session(SERVER *server, DWORD session_id)
{
    SESSION *session = model_find_session(server, session_id);
    DWORD place;
    if (session == NULL)
        return FALSE;
    channels_break(server, session_id);
    place = (DWORD)(session - server->sessions);
    free_session_text(session);
    memmove(session, session + 1, (server->session_count - place - 1) * sizeof(*session));
    --server->session_count;
    if (grow((void **)&server->gone, server->gone_count, &server->gone_room, sizeof(*server->gone)))
        server->gone[server->gone_count++] = session_id;
    pool_clear();
    return TRUE;
}

BOOL model_expire(SERVER *server)
{
    DWORD i;
    BOOL pending = FALSE;
    for (i = server->session_count; i-- > 0;) {
        SESSION *session = &server->sessions[i];
        DWORD session_id = session->session_id;
        if (session->ends_at == 0)
            continue;
        if (session->ends_at == NO_DEADLINE || time_left(session->ends_at) > 0) {
            pending = TRUE;
            continue;
        }
        model_remove_session(server, session_id);
        session_event(server, session_id, WTS_EVENT_LOGOFF | WTS_EVENT_DELETE | WTS_EVENT_STATECHANGE,
                      WTS_SESSION_LOGOFF);
    }
    return pending;
}

DWORD missing_session_error(const SERVER *server, DWORD session_id)
{
    DWORD i;
    for (i = 0; i < server->gone_count; ++i)
        if (server->gone[i] == session_id)
            return (DWORD)options.gone_session;
    return (DWORD)options.missing_session;
}

DWORD resolve_session(const SERVER *server, DWORD session_id)
{
    return session_id == WTS_CURRENT_SESSION ? server->current_session_id : session_id;
}

/* ---- processes ---- */

PROCESS *model_add_process(SERVER *server, const PROCESS *process)
{
    PROCESS *added;
    if (!grow((void **)&server->processes, server->process_count, &server->process_room, sizeof(*added)))
        return NULL;
    added = &server->processes[server->process_count++];
    *added = *process;
    added->name = copy_text(process->name);
    if (added->sid_length > MAX_SID_BYTES)
        added->sid_length = MAX_SID_BYTES;
    pool_clear();
    return added;
}

BOOL model_remove_process(SERVER *server, DWORD pid)
{
    DWORD i;
    for (i = 0; i < server->process_count; ++i) {
        PROCESS *process = &server->processes[i];
        if (process->pid != pid)
            continue;
        free_process_text(process);
        memmove(process, process + 1, (server->process_count - i - 1) * sizeof(*process));
        --server->process_count;
        pool_clear();
        return TRUE;
    }
    return FALSE;
}

/* ---- a generated scenario, the same for the same numbers ---- */

static DWORD put_domain_sid(BYTE *sid, DWORD account)
{
    static const BYTE HEAD[] = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x10, 0x32, 0x54, 0x76,
                                0x98, 0xBA, 0xDC, 0x0E, 0x11, 0x22, 0x33, 0x04};
    memcpy(sid, HEAD, sizeof(HEAD));
    memcpy(sid + sizeof(HEAD), &account, sizeof(account));
    return sizeof(HEAD) + sizeof(account);
}

/* Session 0 is "Services"; then the console; then remote users. */
static void generate_session(SERVER *server, DWORD i)
{
    WCHAR name[32], user[32], client[32];
    SESSION session;
    memset(&session, 0, sizeof(session));
    session.session_id = session.exec_env_id = i;
    session.session_flags = i == 0 ? WTS_SESSIONSTATE_UNKNOWN : WTS_SESSIONSTATE_UNLOCK;
    session.session_name = name;
    session.user_name = user;
    session.domain_name = L"EXAMPLE";
    session.initial_program = session.working_directory = session.application_name = session.oem_id = L"";
    session.client_directory = session.device_id = session.client_address_text = L"";
    session.client_name = client;
    client[0] = 0;
    if (i == 0) {
        wcscpy(name, L"Services");
        session.state = WTSDisconnected;
        user[0] = 0;
        session.domain_name = L"";
    } else if (i == 1) {
        wcscpy(name, L"Console");
        wcscpy(user, L"operator");
        session.state = WTSActive;
    } else {
        static const BYTE ADDRESS[] = {0, 0, 10, 0};
        BOOL away = i % 4 == 3;
        _snwprintf(name, ARRAYSIZE(name), L"RDP-Tcp#%lu", i);
        if (away)
            name[0] = 0; /* API notes 2.7: the name of a disconnected session is empty */
        _snwprintf(user, ARRAYSIZE(user), L"user%lu", i);
        _snwprintf(client, ARRAYSIZE(client), L"CLIENT%lu", i);
        session.state = away ? WTSDisconnected : WTSActive;
        session.is_remote = TRUE;
        session.protocol_type = 2;
        session.client_build_number = 26100;
        session.client_address_family = 2;
        memcpy(session.client_address, ADDRESS, sizeof(ADDRESS));
        session.client_address[4] = (BYTE)(i / 256);
        session.client_address[5] = (BYTE)i;
        session.horizontal_resolution = 1920;
        session.vertical_resolution = 1080;
        session.color_depth = 32;
    }
    session.logon_time = session.connect_time = i == 0 ? 0 : 133500000000000000 + (LONGLONG)i * 10000000;
    model_add_session(server, &session);
}

static void generate_process(SERVER *server, DWORD i, DWORD sessions)
{
    static const WCHAR *const NAMES[] = {L"svchost.exe", L"explorer.exe", L"msedge.exe",  L"dwm.exe",
                                         L"winlogon.exe", L"csrss.exe",   L"outlook.exe", L"excel.exe"};
    WCHAR name[40];
    PROCESS process;
    memset(&process, 0, sizeof(process));
    process.name = name;
    if (i == 0) { /* API notes 2.9: pid 0 has an empty name and no SID */
        name[0] = 0;
        process.number_of_threads = 8;
        process.kernel_time = 9000000000000;
        model_add_process(server, &process);
        return;
    }
    process.session_id = i % sessions;
    process.pid = i * 4;
    if (options.distinct)
        _snwprintf(name, ARRAYSIZE(name), L"process-%lu.exe", i);
    else
        wcscpy(name, NAMES[i % ARRAYSIZE(NAMES)]);
    process.sid_length = put_domain_sid(process.sid, options.distinct ? 1000 + i : 1000 + process.session_id);
    process.number_of_threads = 1 + i % 60;
    process.handle_count = 50 + i % 2000;
    process.working_set_size = 1048576 + (i * 4096) % 500000000;
    process.peak_working_set_size = process.working_set_size + 65536;
    process.pagefile_usage = 524288 + (i * 8192) % 300000000;
    process.peak_pagefile_usage = process.pagefile_usage + 65536;
    process.user_time = (LONGLONG)i * 156250;
    process.kernel_time = (LONGLONG)i * 78125;
    model_add_process(server, &process);
}

void model_generate(DWORD sessions, DWORD processes)
{
    SERVER *local = servers;
    DWORD i;
    local->real = FALSE;
    empty_server(local);
    local->current_session_id = sessions > 1 ? 1 : 0;
    for (i = 0; i < sessions; ++i)
        generate_session(local, i);
    for (i = 0; i < processes; ++i)
        generate_process(local, i, sessions == 0 ? 1 : sessions);
}

/* ---- control ---- */

CONTROL DWORD standin_size_of_process(void)
{
    return sizeof(PROCESS);
}

CONTROL DWORD standin_size_of_session(void)
{
    return sizeof(SESSION);
}

/* Adds a server, or changes one that is there; the local machine has the name NULL. */
CONTROL BOOL standin_set_server(const WCHAR *name, DWORD open_error, DWORD use_error)
{
    SERVER *server;
    lock();
    server = model_find_server(name);
    if (server == NULL)
        server = model_add_server(name);
    if (server != NULL) {
        server->open_error = open_error;
        server->use_error = use_error;
        announce_change();
    }
    unlock();
    return server != NULL;
}

/* Makes a server scripted and empty. */
CONTROL BOOL standin_start_scenario(const WCHAR *name)
{
    SERVER *server;
    lock();
    server = model_find_server(name);
    if (server != NULL) {
        server->real = FALSE;
        empty_server(server);
        pool_clear();
    }
    unlock();
    return server != NULL;
}

CONTROL BOOL standin_generate(DWORD sessions, DWORD processes)
{
    lock();
    model_generate(sessions, processes);
    unlock();
    return TRUE;
}

CONTROL BOOL standin_set_current_session(const WCHAR *server_name, DWORD session_id)
{
    SERVER *server;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        server->current_session_id = session_id;
    unlock();
    return server != NULL;
}

/* Replaces the session of the same id, else adds one. */
CONTROL BOOL standin_put_session(const WCHAR *server_name, const SESSION *session)
{
    SERVER *server;
    BOOL done = FALSE;
    lock();
    server = model_find_server(server_name);
    if (server != NULL) {
        model_start_scenario(server);
        done = model_add_session(server, session) != NULL;
        if (done) {
            SESSION *last = &server->sessions[server->session_count - 1];
            SESSION *first = model_find_session(server, session->session_id);
            if (first != last) {
                free_session_text(first);
                *first = *last;
                --server->session_count;
            }
        }
        announce_change();
    }
    unlock();
    return done;
}

/* Adds a row even when the id is there already: a hostile server may do so. */
CONTROL BOOL standin_add_session(const WCHAR *server_name, const SESSION *session)
{
    SERVER *server;
    BOOL done = FALSE;
    lock();
    server = model_find_server(server_name);
    if (server != NULL) {
        model_start_scenario(server);
        done = model_add_session(server, session) != NULL;
        announce_change();
    }
    unlock();
    return done;
}

CONTROL BOOL standin_remove_session(const WCHAR *server_name, DWORD session_id)
{
    SERVER *server;
    BOOL done = FALSE;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        done = model_remove_session(server, session_id);
    announce_change();
    unlock();
    return done;
}

CONTROL BOOL standin_get_session(const WCHAR *server_name, DWORD session_id, DWORD *state)
{
    SERVER *server;
    SESSION *session = NULL;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        session = model_find_session(server, session_id);
    if (session != NULL)
        *state = session->state;
    unlock();
    return session != NULL;
}

CONTROL BOOL standin_add_process(const WCHAR *server_name, const PROCESS *process)
{
    SERVER *server;
    BOOL done = FALSE;
    lock();
    server = model_find_server(server_name);
    if (server != NULL) {
        model_start_scenario(server);
        done = model_add_process(server, process) != NULL;
    }
    unlock();
    return done;
}

CONTROL BOOL standin_remove_process(const WCHAR *server_name, DWORD pid)
{
    SERVER *server;
    BOOL done = FALSE;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        done = model_remove_process(server, pid);
    unlock();
    return done;
}

/* Says what WTSQuerySessionInformation answers for one class: an error, or `size` bytes; NULL data is a NULL buffer. */
CONTROL BOOL standin_set_information(const WCHAR *server_name, DWORD session_id, DWORD info_class, DWORD error,
                                     const BYTE *data, DWORD size)
{
    SERVER *server;
    OVERRIDE *override;
    lock();
    server = model_find_server(server_name);
    override = server == NULL ? NULL : calloc(1, sizeof(*override));
    if (override != NULL) {
        override->session_id = session_id;
        override->info_class = info_class;
        override->error = error;
        override->size = size;
        if (data != NULL) {
            override->data = malloc(size == 0 ? 1 : size);
            if (override->data != NULL)
                memcpy(override->data, data, size);
        }
        override->next = server->overrides;
        server->overrides = override;
    }
    unlock();
    return override != NULL;
}
