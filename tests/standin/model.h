/* The model: the servers that the stand-in knows, with their sessions and processes. */
#ifndef STANDIN_MODEL_H
#define STANDIN_MODEL_H

#include "standin.h"

#define MAX_SID_BYTES 68

typedef struct PROCESS { /* mirrored in tests/helpers/standin_driver.py */
    DWORD session_id;
    DWORD pid;
    WCHAR *name; /* NULL is allowed */
    DWORD sid_length; /* 0: a NULL SID */
    BYTE sid[MAX_SID_BYTES];
    DWORD number_of_threads;
    DWORD handle_count;
    DWORD pagefile_usage;
    DWORD peak_pagefile_usage;
    DWORD working_set_size;
    DWORD peak_working_set_size;
    LONGLONG user_time; /* 100 ns (API notes 2.10: the protocol's record) */
    LONGLONG kernel_time;
} PROCESS;

typedef struct SESSION { /* mirrored in tests/helpers/standin_driver.py */
    DWORD session_id;
    DWORD exec_env_id;
    DWORD state;
    LONG session_flags;
    WCHAR *session_name;
    WCHAR *host_name;
    WCHAR *user_name;
    WCHAR *domain_name;
    WCHAR *farm_name;
    WCHAR *initial_program;
    WCHAR *application_name;
    WCHAR *working_directory;
    WCHAR *oem_id;
    WCHAR *client_name;
    WCHAR *client_directory;
    WCHAR *client_address_text; /* WTSCLIENT's form of an IPv4 address */
    WCHAR *device_id;
    WCHAR *password; /* WTSConnectSession must be given this one; NULL: any */
    LONGLONG connect_time; /* FILETIMEs; 0: never */
    LONGLONG disconnect_time;
    LONGLONG last_input_time;
    LONGLONG logon_time;
    LONGLONG current_time; /* 0: the clock's */
    DWORD incoming_bytes;
    DWORD outgoing_bytes;
    DWORD incoming_frames;
    DWORD outgoing_frames;
    DWORD incoming_compressed_bytes;
    DWORD outgoing_compressed_bytes;
    DWORD client_build_number;
    DWORD client_hardware_id;
    DWORD client_address_family;
    BYTE client_address[20];
    DWORD session_address_family; /* 0: no IP virtualization, class 28 fails with 50 */
    BYTE session_address[20];
    DWORD horizontal_resolution;
    DWORD vertical_resolution;
    DWORD color_depth;
    DWORD shadow_settings;
    DWORD capability_count;
    DWORD capabilities[8];
    WORD client_product_id;
    WORD protocol_type;
    BYTE is_remote;
    BYTE encryption_level;
    BYTE has_activity_id; /* class 30 fails with 50 without one */
    BYTE activity_id[16];
    ULONGLONG ends_at; /* a logoff under way: the GetTickCount64 value at which the session is gone; 0: none */
} SESSION;

/* What a test says instead of the true answer of one info class of one session. */
typedef struct OVERRIDE {
    DWORD session_id;
    DWORD info_class;
    DWORD error; /* not 0: the query fails with it */
    BYTE *data;  /* NULL: success with a NULL buffer */
    DWORD size;  /* what the call reports; the buffer holds as much */
    struct OVERRIDE *next;
} OVERRIDE;

typedef struct SERVER {
    struct SERVER *next;
    WCHAR *name; /* NULL: the local machine */
    BOOL real;   /* processes and sessions are this machine's */
    BOOL filled; /* the real sessions have been read */
    DWORD open_error; /* WTSOpenServer fails with it */
    DWORD use_error;  /* every call on a handle fails with it */
    DWORD current_session_id;
    SESSION *sessions;
    DWORD session_count, session_room;
    PROCESS *processes;
    DWORD process_count, process_room;
    DWORD *gone; /* ids of sessions that were logged off */
    DWORD gone_count, gone_room;
    OVERRIDE *overrides;
    WCHAR **farm; /* names that WTSEnumerateServers lists; NULL entries are allowed */
    DWORD farm_count, farm_room;
    DWORD farm_error;
    DWORD shutdown_flag; /* of the last WTSShutdownSystem */
} SERVER;

/* ---- model.c ---- */

void model_reset(void);
SERVER *model_local(void);
SERVER *model_find_server(const WCHAR *name); /* NULL, the computer's name and "localhost" are the local machine */
SERVER *model_add_server(const WCHAR *name);
/* Leaves real mode: the local machine becomes an empty scripted server. */
void model_start_scenario(SERVER *server);
void model_generate(DWORD sessions, DWORD processes);
SESSION *model_find_session(SERVER *server, DWORD session_id);
SESSION *model_add_session(SERVER *server, const SESSION *session);
BOOL model_remove_session(SERVER *server, DWORD session_id);
PROCESS *model_add_process(SERVER *server, const PROCESS *process);
BOOL model_remove_process(SERVER *server, DWORD pid);
/* Removes the sessions whose logoff is over; TRUE while one is under way. */
BOOL model_expire(SERVER *server);
/* The error for a session id that is not there: one that was, or one that never was (API notes 2.13). */
DWORD missing_session_error(const SERVER *server, DWORD session_id);
void free_process_text(PROCESS *process);
void free_session_text(SESSION *session);
/* Grows an array for one more element; FALSE when out of memory. */
BOOL grow(void **array, DWORD count, DWORD *room, SIZE_T element);
LONGLONG time_now(void); /* a FILETIME */

/* ---- real.c: what Windows reports about this machine ---- */

/* Fills `server` with this machine's processes; the caller releases them. */
DWORD real_processes(PROCESS **processes, DWORD *count);
void real_sessions(SERVER *server);
DWORD own_session_id(void);

/* ---- events.c, notifications.c ---- */

/* Raises events of WTSWaitSystemEvent and posts a WTS_SESSION_* code to registered windows; 0 leaves one out. */
void session_event(const SERVER *server, DWORD session_id, DWORD events, DWORD notification);
void notify_windows(const SERVER *server, DWORD session_id, DWORD notification);

/* ---- channels.c ---- */

/* The client of a session is gone: its channels break. */
void channels_break(const SERVER *server, DWORD session_id);

/* ---- what the subjects forget at a reset ---- */

void events_reset(void);
void messages_reset(void);
void tokens_reset(void);
void accounts_reset(void);
void listeners_reset(void);
void children_reset(void);
void notifications_reset(void);
void hints_reset(void);
void cloud_reset(void);
void channels_reset(void);
void licensing_reset(void);

/* ---- control.c, tokens.c ---- */

BOOL privilege_held(const WCHAR *name); /* by the caller's token, or as the option says */
HANDLE duplicate_own_token(void);       /* counted until the caller closes it; NULL on failure */

/* ---- servers.c: handles ---- */

/* Finds what a handle stands for and marks it used by the running call; 0 or an error number. */
typedef enum HANDLE_USE { USE_ANY, USE_EX_DOCUMENTED } HANDLE_USE;
DWORD server_enter(FUNCTION function, HANDLE handle, HANDLE_USE use, SERVER **server);
void server_leave(HANDLE handle);
BOOL server_handle_open(HANDLE handle); /* the NULL handle always is */
void servers_reset(void);
/* Replaces WTS_CURRENT_SESSION by the caller's session (API notes 1.2). */
DWORD resolve_session(const SERVER *server, DWORD session_id);

#endif
