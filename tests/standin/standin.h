/* What the stand-in's sources share: calls and their log, faults, watched memory, options, and the lock.
 *
 * One lock guards everything here and the model. A function of the API is written as
 *
 *     CALL call;
 *     if (!call_begin(&call, FUNCTION_WTSLogoffSession, 3, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(wait)))
 *         return FALSE;                       a fault was injected; it is logged and the last error is set
 *     return call_end(&call, logoff_session(server, session_id, wait));
 *
 * where the body in the middle returns a Windows error number, 0 for success.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stddef.h>

#include "functions.h"
#include "rds.h"

#define STANDIN_VERSION 1
#define CONTROL __declspec(dllexport)

/* ---- lock (frame.c) ---- */

void lock(void);
void unlock(void);
/* Wake every waiter; called with the lock held after each change that someone may wait for. */
void announce_change(void);
/* Wait, with the lock held, for the next change; FALSE when the time (ms) is over. */
BOOL wait_for_change(DWORD milliseconds);
/* Milliseconds left until `deadline` (a GetTickCount64 value); INFINITE stays INFINITE. */
DWORD time_left(ULONGLONG deadline);
#define NO_DEADLINE ((ULONGLONG)-1)
/* Grows by one at each reset: a waiter that sees another number than at its start gives up. */
LONG reset_generation(void);

/* ---- calls (calls.c) ---- */

/* How a scripted fault bends the result of a call that otherwise succeeds. */
typedef enum SHAPE { SHAPE_TRUE, SHAPE_NULL_RESULT, SHAPE_ZERO_ROWS } SHAPE;

typedef struct CALL {
    FUNCTION function;
    ULONG64 sequence;  /* of the log record; 0 when the log is off */
    DWORD entry_error; /* the caller's last error: what a function leaves that says nothing about it */
    SHAPE shape;
    DWORD shape_count; /* the count that goes with SHAPE_NULL_RESULT */
    DWORD failure;     /* the code of an injected failure */
    BOOL counted;      /* it began while calls were recorded */
} CALL;

#define ARGUMENT(value) ((ULONG64)(ULONG_PTR)(value))
#define MAX_ARGUMENTS 8
#define NO_RESULT_CODE 0xFFFFFFFFu

BOOL call_begin(CALL *call, FUNCTION function, int count, ...);
void call_text(const CALL *call, const WCHAR *text); /* adds one text to the log record */
BOOL call_end(CALL *call, DWORD error);
BOOL call_end_zero(CALL *call, DWORD error); /* success sets the last error to 0 */
HANDLE call_end_handle(CALL *call, HANDLE handle, DWORD error);
ULONG64 call_end_value(CALL *call, ULONG64 value, DWORD error); /* result that is not a BOOL; sets no last error */
LONG calls_running(void);
void calls_reset(void);
const char *function_name(FUNCTION function);

/* ---- violations (calls.c): what a caller did wrong ---- */

void violation(FUNCTION function, const char *format, ...);

/* ---- options (options.c) ---- */

#define OPTION_LIST(X) \
    X(guard, 1)                    /* each result ends at an inaccessible page and is inaccessible once freed */ \
    X(layout, 0)                   /* of the Ex functions: 0 separate allocations, 1 one block */ \
    X(strings, 0)                  /* in one block: 0 after the array, 1 before it */ \
    X(shared, 0)                   /* 1: equal texts and SIDs of a result share one place */ \
    X(empty, 0)                    /* zero rows are 0 a block, 1 a NULL pointer */ \
    X(pool, 0)                     /* 1: scenario results are copied from prebuilt images (benchmarks) */ \
    X(log, 1)                      /* the call log */ \
    X(distinct, 0)                 /* generated processes: 1 all names and SIDs differ */ \
    X(unterminated, 0)             /* 1: text longer than its array fills it without a NUL */ \
    X(success_error, -1)           /* last error after a success that does not define it; -1 leaves the caller's */ \
    X(level_error, ERROR_INVALID_PARAMETER)            /* doubt: bad pLevel, 87 or 124 */ \
    X(sessions_level_reset, 0)     /* doubt: 1 a bad level is set to 1 by WTSEnumerateSessionsEx too */ \
    X(current_session_understood, 0) /* doubt: WTS_CURRENT_SESSION in EnumerateProcessesEx and QueryUserToken */ \
    X(unknown_server, 0)           /* doubt: 0 NULL, 1 (HANDLE)-1, 2 a handle that fails at the first use */ \
    X(unknown_server_error, RPC_S_SERVER_UNAVAILABLE) \
    X(null_server_name, 0)         /* doubt: WTSOpenServer(NULL) 0 fails with 87, 1 opens the local machine */ \
    X(strict_ex_handles, 0)        /* doubt: 1 WTSOpenServerEx handles fail where they are not documented */ \
    X(missing_session, ERROR_CTX_WINSTATION_NOT_FOUND) /* an id that never was */ \
    X(gone_session, ERROR_FILE_NOT_FOUND)              /* an id that was logged off */ \
    X(privileges, 0)               /* 0 ask the caller's token, 1 all held, 2 none held */ \
    X(second, 1000)                /* milliseconds in a second of a message box */ \
    X(empty_title, 0)              /* 0 the caption "Error", 1 the 1783 of old servers */ \
    X(message_refusal, ERROR_CTX_WINSTATION_NOT_FOUND) /* session 0 and listeners; 0: the box is never answered */ \
    X(events_kept, 1)              /* doubt: events between two waits on one handle are kept */ \
    X(flush_everyone, 0)           /* doubt: 1 a flush frees the waits on every handle */ \
    X(second_wait_error, ERROR_CTX_WINSTATION_BUSY)    /* doubt: second wait on one handle */ \
    X(config_bytes, 0)             /* doubt: WTSSetUserConfig counts text in 0 characters, 1 bytes */ \
    X(config_user_settable, 1)     /* doubt: class 19 can be set */ \
    X(missing_user, ERROR_NERR_USER_NOT_FOUND) \
    X(disconnect_again, 0)         /* doubt: error of disconnecting a disconnected session */ \
    X(set_information_error, ERROR_NOT_SUPPORTED)      /* doubt: WTSSetSessionInformation, 50 or 120 */ \
    X(logoff_time, 0)              /* milliseconds that a logoff takes; -1: an application holds it up */ \
    X(auto_response, 0)            /* not 0: the answer that every message box gets at once */ \
    X(shutdown_mask, 0)            /* doubt: 1 WTSShutdownSystem takes several bits */ \
    X(undocumented_answers, 0)     /* doubt: 1 the undocumented exports answer, else they fail with 50 */ \
    X(listener_room_error, ERROR_INSUFFICIENT_BUFFER)  /* doubt: array too small; 0 fills what fits */ \
    X(listeners_grow, 0)           /* so many listeners appear, one after each call that asks for the count */ \
    X(listeners_burst, 1)          /* so many of them at a time */ \
    X(security_grows, 0)           /* so many bytes more does each call that asks for a descriptor need */ \
    X(missing_listener, ERROR_FILE_NOT_FOUND)          /* doubt: 2 or 1168 */ \
    X(existing_listener, ERROR_ALREADY_EXISTS)         /* doubt: CREATE of a name that exists */ \
    X(no_child_error, 0)           /* doubt: no child session is 0 TRUE and -1, or FALSE with this code (1168) */ \
    X(shadow, 0)                   /* doubt: remote control 0 is dead, 1 works, 2 works and heeds ShadowSettings */ \
    X(shadow_error, ERROR_NOT_SUPPORTED)               /* doubt: of a dead one */ \
    X(remote_flags_refused, 0)     /* doubt: 1 notifications of a remote server take the flag 0 alone */ \
    X(console_channel_error, ERROR_NOT_SUPPORTED)      /* doubt: a channel of the console */ \
    X(missing_channel, ERROR_NOT_FOUND)                /* doubt: a channel that the client does not offer */ \
    X(lost_channel_error, ERROR_BROKEN_PIPE)           /* doubt: the peer is gone, 109 or 31 */ \
    X(no_data, 0)                  /* doubt: the shapes of an empty read, see channels.c */ \
    X(read_does_not_wait, 0)       /* 1: a read ignores its timeout (FreeRDP) */ \
    X(small_buffer, 0)             /* doubt: 0 122 and the size needed, 1 the rest comes later, 2 the same with 234 */ \
    X(file_handle_size, sizeof(HANDLE))                /* of the answer to WTSVirtualFileHandle; xrdp gives 4 bytes */ \
    X(file_handle, 0)              /* 1 the answer to WTSVirtualFileHandle is NULL, 2 INVALID_HANDLE_VALUE */ \
    X(reopen_time, 0)              /* milliseconds that opening an open static channel again takes */ \
    X(close_ends_duplicates, 0)    /* doubt: 1 closing a channel ends duplicates of its file handle */ \
    X(certificate_warning, 0)      /* 4007 or 4009: the certificate comes with a warning */

typedef struct OPTIONS {
#define X(name, initial) LONG name;
    OPTION_LIST(X)
#undef X
} OPTIONS;
extern OPTIONS options;

void options_reset(void);
/* Applies text such as "processes=100,layout=block"; FALSE when a key is unknown. */
BOOL options_apply(const char *text);

/* ---- watched memory (memory.c) ---- */

typedef enum BLOCK_KIND {
    BLOCK_SESSIONS,      /* WTSFreeMemory from here ... */
    BLOCK_PROCESSES,
    BLOCK_SERVERS,
    BLOCK_INFORMATION,
    BLOCK_USER_CONFIG,
    BLOCK_CHANNEL_QUERY, /* ... to here */
    BLOCK_PROCESSES_0,   /* WTSFreeMemoryEx with the class of the name */
    BLOCK_PROCESSES_1,
    BLOCK_SESSIONS_1,
    BLOCK_NONCE,
    BLOCK_CREDENTIAL,
    BLOCK_KIND_COUNT
} BLOCK_KIND;

/* A result under construction: rows in a scratch array, and the pieces (texts, SIDs) that pointers in them name. */
typedef struct PIECE {
    SIZE_T field;  /* offset of the pointer in the rows */
    SIZE_T data;   /* offset of the content in `content` */
    SIZE_T size;
    SIZE_T place;  /* where it goes, counted from the start of its area */
    BOOL text;     /* 2-byte or 1-byte aligned, may end flush with the block; SIDs are 4-byte aligned */
    const struct PIECE *original; /* shared: the equal piece whose place this one takes */
} PIECE;

typedef struct RESULT {
    BLOCK_KIND kind;
    BOOL wide;
    DWORD count;
    SIZE_T rows_size;
    BYTE *rows;
    BYTE *content;
    SIZE_T content_size, content_room;
    PIECE *pieces;
    DWORD piece_count, piece_room;
    BOOL failed; /* out of memory on the way */
    BOOL pooled; /* the whole answer of a scenario: the pool may keep images of it */
} RESULT;

BOOL result_begin(RESULT *result, BLOCK_KIND kind, BOOL wide, DWORD count, SIZE_T row_size);
void result_text(RESULT *result, void *field, const WCHAR *text); /* NULL gives NULL */
void result_bytes(RESULT *result, void *field, const BYTE *bytes, SIZE_T size);
/* Hands out the finished block, or NULL; the scratch memory is released either way. */
void *result_finish(RESULT *result, FUNCTION producer);

/* Hands a result to the caller in the shape that the call's faults ask for; 0 or an error number. */
DWORD result_deliver(const CALL *call, RESULT *result, void **rows, DWORD *count);

/* A flat block with a copy of `data`. */
void *block_copy(BLOCK_KIND kind, BOOL wide, const void *data, SIZE_T size, FUNCTION producer);
BOOL block_free(FUNCTION function, void *address, BOOL ex, DWORD type_class, BOOL wide, DWORD count);
void blocks_reset(void);
DWORD blocks_live(BLOCK_KIND kind);

/* Prebuilt images for benchmarks: NULL when the pool is off or busy. */
void *pool_take(BLOCK_KIND kind, DWORD *count);
BOOL pool_give_back(void *address, BOOL ex, DWORD type_class, DWORD count);
void pool_clear(void);

/* ---- text (text.c) ---- */

WCHAR *copy_text(const WCHAR *text);             /* NULL stays NULL */
WCHAR *wide_from_ansi(const char *text);         /* NULL stays NULL */
void replace_text(WCHAR **place, const WCHAR *text);
BOOL same_text(const WCHAR *first, const WCHAR *second); /* without case; NULL equals NULL only */
/* The ANSI form of a text, from malloc; *bytes counts the terminator. */
char *ansi_from_wide(const WCHAR *text, SIZE_T *bytes);
/* Takes text of at most `room` characters from a caller, up to a NUL. */
void take_textW(WCHAR **place, const WCHAR *text, SIZE_T room);
void take_textA(WCHAR **place, const CHAR *text, SIZE_T room);
void put_textW(WCHAR *array, SIZE_T room, const WCHAR *text);
void put_textA(CHAR *array, SIZE_T room, const WCHAR *text);

#endif
