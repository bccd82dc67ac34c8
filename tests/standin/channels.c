/* Virtual channels of the server's side: static and dynamic, over real pipes (Channel notes 5).
 *
 * A scripted client offers channels by name. Opening one makes a pipe of messages with two ends: the server's, which
 * WTSVirtualFileHandle hands out, and the client's, which tests drive or an echo thread serves. So flow control, closed
 * peers and duplicates of the file handle behave as Windows lets them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define CHANNEL_CHUNK_LENGTH 1600u
#define CHANNEL_FLAG_FIRST 0x1u
#define CHANNEL_FLAG_LAST 0x2u
#define STATIC_NAME_LENGTH 7
#define OPTION_DYNAMIC 0x1u
#define OPTION_BITS 0xFu /* DYNAMIC, two bits of priority, NO_COMPRESS */

typedef struct CHANNEL_HEADER { /* CHANNEL_PDU_HEADER */
    UINT32 length; /* of the whole message */
    UINT32 flags;
} CHANNEL_HEADER;
ASSERT_SIZE(CHANNEL_HEADER, 8);

typedef enum VIRTUAL_CLASS { WTSVirtualClientData, WTSVirtualFileHandle } VIRTUAL_CLASS;

/* What the client of a session offers. */
typedef struct ENDPOINT {
    struct ENDPOINT *next;
    DWORD session_id;
    char name[MAX_PATH + 1];
    BOOL dynamic;
    BOOL echo;
    BOOL framed; /* reads begin with a header: dynamic ones, and static ones with CHANNEL_OPTION_SHOW_PROTOCOL */
    DWORD quota; /* bytes that wait in the pipe before a write blocks */
} ENDPOINT;

typedef struct CHANNEL {
    struct CHANNEL *next; /* newest first */
    HANDLE value;         /* what the caller holds: a number of our own, no kernel handle */
    ENDPOINT offer;       /* a copy */
    HANDLE server_end;
    HANDLE client_end; /* NULL once the client is gone */
    HANDLE echo_thread;
    volatile LONG stop;
    LONG uses;
    LONG data_uses; /* of them, reads and writes */
    BOOL closed; /* by the caller; duplicates of the file handle may still be open */
} CHANNEL;

static ENDPOINT *endpoints;
static CHANNEL *channels;
static ULONG_PTR next_channel = 0xC4A00004u;
static LONG pipe_number;
static BYTE *client_data;
static DWORD client_data_size;

/* ---- pipe ends ---- */

/* Bytes of the next message, 0 for none; FALSE when the other end is gone. */
static BOOL next_message(HANDLE end, DWORD *size)
{
    DWORD available = 0;
    *size = 0;
    return PeekNamedPipe(end, NULL, 0, NULL, &available, size);
}

static BOOL finish_transfer(HANDLE end, OVERLAPPED *overlapped, BOOL begun, volatile const LONG *stop, LONG generation,
                            DWORD *bytes)
{
    if (!begun && GetLastError() != ERROR_IO_PENDING && GetLastError() != ERROR_MORE_DATA)
        return FALSE;
    while (WaitForSingleObject(overlapped->hEvent, 10) == WAIT_TIMEOUT) {
        if (*stop || reset_generation() != generation) {
            CancelIo(end);
            break;
        }
    }
    return GetOverlappedResult(end, overlapped, bytes, TRUE);
}

static BOOL transfer(HANDLE end, BOOL writing, void *data, DWORD length, volatile const LONG *stop, DWORD *bytes)
{
    OVERLAPPED overlapped;
    BOOL begun, done;
    DWORD error;
    LONG generation = reset_generation();
    memset(&overlapped, 0, sizeof(overlapped));
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (writing)
        begun = WriteFile(end, data, length, NULL, &overlapped);
    else
        begun = ReadFile(end, data, length, NULL, &overlapped);
    done = finish_transfer(end, &overlapped, begun, stop, generation, bytes);
    error = GetLastError();
    CloseHandle(overlapped.hEvent);
    SetLastError(error);
    return done;
}

/* A message of the client: chunks, each behind a header where the channel is framed. */
static BOOL client_write(CHANNEL *channel, const BYTE *data, DWORD length)
{
    BYTE chunk[sizeof(CHANNEL_HEADER) + CHANNEL_CHUNK_LENGTH];
    DWORD head = channel->offer.framed ? sizeof(CHANNEL_HEADER) : 0, place = 0, bytes;
    do {
        DWORD size = min(length - place, CHANNEL_CHUNK_LENGTH);
        CHANNEL_HEADER header;
        header.length = length;
        header.flags = (place == 0 ? CHANNEL_FLAG_FIRST : 0) | (place + size == length ? CHANNEL_FLAG_LAST : 0);
        memcpy(chunk, &header, sizeof(header));
        memcpy(chunk + head, data + place, size);
        if (!transfer(channel->client_end, TRUE, chunk, head + size, &channel->stop, &bytes))
            return FALSE;
        place += size;
    } while (place < length);
    return TRUE;
}

static DWORD WINAPI echo(LPVOID parameter)
{
    CHANNEL *channel = parameter;
    DWORD size, bytes;
    while (!channel->stop && next_message(channel->client_end, &size)) {
        BYTE *message = size == 0 ? NULL : malloc(size);
        if (message == NULL) {
            Sleep(1);
            continue;
        }
        if (transfer(channel->client_end, FALSE, message, size, &channel->stop, &bytes))
            client_write(channel, message, bytes);
        free(message);
    }
    return 0;
}

/* ---- channels ---- */

static void drop_client(CHANNEL *channel)
{
    if (channel->echo_thread != NULL) {
        InterlockedExchange(&channel->stop, TRUE);
        WaitForSingleObject(channel->echo_thread, INFINITE); /* it never takes the lock that we hold */
        CloseHandle(channel->echo_thread);
        channel->echo_thread = NULL;
    }
    if (channel->client_end != NULL)
        CloseHandle(channel->client_end);
    channel->client_end = NULL;
}

static BOOL make_pipe(CHANNEL *channel)
{
    WCHAR name[64];
    DWORD mode = PIPE_READMODE_MESSAGE;
    _snwprintf(name, ARRAYSIZE(name), L"\\\\.\\pipe\\wtsfast-standin-%lu-%ld", GetCurrentProcessId(),
               InterlockedIncrement(&pipe_number));
    channel->server_end = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                           PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1, channel->offer.quota,
                                           channel->offer.quota, 0, NULL);
    if (channel->server_end == INVALID_HANDLE_VALUE)
        return FALSE;
    channel->client_end = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED,
                                      NULL);
    if (channel->client_end == INVALID_HANDLE_VALUE) {
        CloseHandle(channel->server_end);
        return FALSE;
    }
    SetNamedPipeHandleState(channel->client_end, &mode, NULL, NULL);
    return TRUE;
}

static CHANNEL *find_channel(HANDLE value)
{
    CHANNEL *channel = channels;
    while (channel != NULL && channel->value != value)
        channel = channel->next;
    return channel;
}

static CHANNEL *find_open_channel(DWORD session_id, const char *name)
{
    CHANNEL *channel = channels;
    while (channel != NULL
           && (channel->client_end == NULL || channel->offer.session_id != session_id
               || _stricmp(channel->offer.name, name) != 0))
        channel = channel->next;
    return channel;
}

static ENDPOINT *find_endpoint(DWORD session_id, const char *name, BOOL dynamic)
{
    ENDPOINT *endpoint = endpoints;
    while (endpoint != NULL
           && (endpoint->session_id != session_id || endpoint->dynamic != dynamic || _stricmp(endpoint->name, name) != 0))
        endpoint = endpoint->next;
    return endpoint;
}

void channels_break(const SERVER *server, DWORD session_id)
{
    CHANNEL *channel;
    if (server != model_local())
        return;
    for (channel = channels; channel != NULL; channel = channel->next)
        if (channel->offer.session_id == session_id)
            drop_client(channel);
}

void channels_reset(void)
{
    while (channels != NULL) {
        CHANNEL *next = channels->next;
        drop_client(channels);
        if (!channels->closed)
            CloseHandle(channels->server_end);
        free(channels);
        channels = next;
    }
    while (endpoints != NULL) {
        ENDPOINT *next = endpoints->next;
        free(endpoints);
        endpoints = next;
    }
    free(client_data);
    client_data = NULL;
    client_data_size = 0;
}

static CHANNEL *new_channel(const ENDPOINT *endpoint)
{
    CHANNEL *channel = calloc(1, sizeof(*channel));
    if (channel == NULL)
        return NULL;
    channel->offer = *endpoint;
    if (!make_pipe(channel)) {
        free(channel);
        return NULL;
    }
    channel->value = (HANDLE)next_channel;
    next_channel += 4;
    channel->next = channels;
    channels = channel;
    if (endpoint->echo)
        channel->echo_thread = CreateThread(NULL, 0, echo, channel, 0, NULL);
    return channel;
}

/* ---- opening ---- */

/* The session must be a connected remote one whose client offers the name. Opening a static channel again breaks the
 * one that is open. */
static DWORD open_channel(DWORD session_id, const char *name, BOOL dynamic, HANDLE *value)
{
    SERVER *server = model_local();
    const SESSION *session;
    const ENDPOINT *endpoint;
    CHANNEL *channel;
    if (server->use_error != 0)
        return server->use_error;
    session_id = resolve_session(server, session_id);
    session = model_find_session(server, session_id);
    if (session == NULL)
        return missing_session_error(server, session_id);
    if (!session->is_remote || session->state != WTSActive)
        return (DWORD)options.console_channel_error;
    endpoint = find_endpoint(session_id, name, dynamic);
    if (endpoint == NULL)
        return (DWORD)options.missing_channel;
    channel = dynamic ? NULL : find_open_channel(session_id, name);
    if (channel != NULL) {
        ULONGLONG deadline = GetTickCount64() + (ULONGLONG)options.reopen_time;
        drop_client(channel);
        while (time_left(deadline) > 0)
            wait_for_change(time_left(deadline));
    }
    channel = new_channel(endpoint);
    if (channel == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *value = channel->value;
    return ERROR_SUCCESS;
}

static HANDLE open_call(CALL *call, DWORD error, DWORD session_id, const char *name, BOOL dynamic)
{
    WCHAR *wide = wide_from_ansi(name);
    HANDLE value = NULL; /* failure is NULL */
    SIZE_T longest = dynamic ? MAX_PATH : STATIC_NAME_LENGTH;
    call_text(call, wide);
    free(wide);
    if (error == ERROR_SUCCESS && (name == NULL || name[0] == '\0' || strlen(name) > longest))
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS) {
        lock();
        error = open_channel(session_id, name, dynamic, &value);
        unlock();
    }
    return call_end_handle(call, value, error);
}

/* The name is ANSI in any build; the server must be the current one. */
HANDLE WINAPI WTSVirtualChannelOpen(HANDLE server, DWORD session_id, LPSTR name)
{
    CALL call;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelOpen, 3, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(name)))
        return NULL;
    return open_call(&call, server == NULL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER, session_id, name, FALSE);
}

/* Priority and compression bits go with DYNAMIC only. */
HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD session_id, LPSTR name, DWORD flags)
{
    CALL call;
    BOOL dynamic = (flags & OPTION_DYNAMIC) != 0;
    DWORD error = (flags & ~OPTION_BITS) != 0 || (!dynamic && flags != 0) ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelOpenEx, 3, ARGUMENT(session_id), ARGUMENT(name), ARGUMENT(flags)))
        return NULL;
    return open_call(&call, error, session_id, name, dynamic);
}

/* ---- use ---- */

/* Finds an open channel and counts the use; the caller takes no lock while it transfers. Reads and writes on one handle
 * must not run at the same time. */
static DWORD enter_channel(FUNCTION function, HANDLE value, BOOL data, CHANNEL **found)
{
    CHANNEL *channel;
    DWORD error = ERROR_SUCCESS;
    lock();
    channel = find_channel(value);
    if (channel == NULL) {
        error = ERROR_INVALID_HANDLE;
    } else if (channel->closed) {
        violation(function, "channel %p used after WTSVirtualChannelClose", value);
        error = ERROR_INVALID_HANDLE;
    } else {
        if (data && channel->data_uses > 0)
            violation(function, "channel %p read or written by two threads at once", value);
        ++channel->uses;
        channel->data_uses += data;
    }
    unlock();
    *found = channel;
    return error;
}

static void leave_channel(CHANNEL *channel, BOOL data)
{
    lock();
    --channel->uses;
    channel->data_uses -= data;
    unlock();
}

/* What a pipe says of a lost peer, in the code that the option chooses: 109, or 31 as others have met. */
static DWORD lost_peer(void)
{
    return (DWORD)options.lost_channel_error;
}

/* "No data" has three shapes, of which the option chooses: 0 TRUE without bytes for the timeout 0, else FALSE with 996;
 * 1 always 996; 2 always FALSE with 232; 3 always TRUE without bytes. */
static DWORD no_data(DWORD timeout, DWORD *bytes)
{
    if (options.no_data == 3 || (options.no_data == 0 && timeout == 0)) {
        *bytes = 0;
        return ERROR_SUCCESS;
    }
    return options.no_data == 2 ? ERROR_NO_DATA : ERROR_IO_INCOMPLETE;
}

static DWORD read_channel(CHANNEL *channel, DWORD timeout, void *buffer, DWORD room, DWORD *bytes)
{
    LONG generation = reset_generation();
    ULONGLONG deadline = timeout == INFINITE ? NO_DEADLINE : GetTickCount64() + timeout;
    DWORD size;
    for (;;) {
        if (!next_message(channel->server_end, &size))
            return lost_peer();
        if (size > 0)
            break;
        if (time_left(deadline) == 0 || options.read_does_not_wait)
            return no_data(timeout, bytes);
        if (reset_generation() != generation)
            return ERROR_OPERATION_ABORTED;
        Sleep(1);
    }
    if (size > room && options.small_buffer == 0) {
        *bytes = size;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    if (size > room) { /* the rest of the message stays in the pipe */
        transfer(channel->server_end, FALSE, buffer, room, &channel->stop, bytes);
        return options.small_buffer == 1 ? ERROR_SUCCESS : ERROR_MORE_DATA;
    }
    return transfer(channel->server_end, FALSE, buffer, room, &channel->stop, bytes) ? ERROR_SUCCESS : lost_peer();
}

BOOL WINAPI WTSVirtualChannelRead(HANDLE value, ULONG timeout, PCHAR buffer, ULONG room, PULONG bytes)
{
    CALL call;
    CHANNEL *channel;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelRead, 5, ARGUMENT(value), ARGUMENT(timeout), ARGUMENT(buffer),
                    ARGUMENT(room), ARGUMENT(bytes)))
        return FALSE;
    if (bytes == NULL || (buffer == NULL && room != 0))
        return call_end(&call, ERROR_INVALID_PARAMETER);
    if (call.shape != SHAPE_TRUE) {
        *bytes = call.shape_count;
        return call_end(&call, ERROR_SUCCESS);
    }
    error = enter_channel(call.function, value, TRUE, &channel);
    if (error == ERROR_SUCCESS) {
        error = read_channel(channel, timeout, buffer, room, bytes);
        leave_channel(channel, TRUE);
    }
    return call_end(&call, error);
}

/* Any length; the client of a static channel gets chunks. Blocks while the pipe is full. */
static DWORD write_channel(CHANNEL *channel, BYTE *data, DWORD length, DWORD *written)
{
    DWORD most = channel->offer.dynamic ? length : CHANNEL_CHUNK_LENGTH, place = 0, bytes;
    while (place < length) {
        DWORD size = min(length - place, most);
        if (!transfer(channel->server_end, TRUE, data + place, size, &channel->stop, &bytes))
            return lost_peer();
        place += size;
    }
    *written = length;
    return ERROR_SUCCESS;
}

BOOL WINAPI WTSVirtualChannelWrite(HANDLE value, PCHAR data, ULONG length, PULONG written)
{
    CALL call;
    CHANNEL *channel;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelWrite, 4, ARGUMENT(value), ARGUMENT(data), ARGUMENT(length),
                    ARGUMENT(written)))
        return FALSE;
    if (written == NULL || (data == NULL && length != 0))
        return call_end(&call, ERROR_INVALID_PARAMETER);
    if (call.shape != SHAPE_TRUE) { /* a busy channel may take less than it was given */
        *written = min(call.shape_count, length);
        return call_end(&call, ERROR_SUCCESS);
    }
    error = enter_channel(call.function, value, TRUE, &channel);
    if (error == ERROR_SUCCESS) {
        error = write_channel(channel, (BYTE *)data, length, written);
        leave_channel(channel, TRUE);
    }
    return call_end(&call, error);
}

/* Throws away what waits to be read at one end; FALSE when the other end is gone. */
static BOOL drain(const CHANNEL *channel, HANDLE end)
{
    DWORD size, bytes;
    while (next_message(end, &size)) {
        BYTE *message = size == 0 ? NULL : malloc(size);
        if (message == NULL)
            return TRUE;
        transfer(end, FALSE, message, size, &channel->stop, &bytes);
        free(message);
    }
    return FALSE;
}

/* Not used by Remote Desktop Services, there for compatibility. */
static BOOL purge_call(FUNCTION function, HANDLE value, BOOL input)
{
    CALL call;
    CHANNEL *channel;
    DWORD error;
    if (!call_begin(&call, function, 1, ARGUMENT(value)))
        return FALSE;
    error = enter_channel(function, value, FALSE, &channel);
    if (error == ERROR_SUCCESS) {
        if (input)
            drain(channel, channel->server_end);
        leave_channel(channel, FALSE);
    }
    return call_end(&call, error);
}

BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE value)
{
    return purge_call(FUNCTION_WTSVirtualChannelPurgeInput, value, TRUE);
}

BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE value)
{
    return purge_call(FUNCTION_WTSVirtualChannelPurgeOutput, value, FALSE);
}

/* Client data is documented as not supported; the file handle is the server's end of the pipe. */
static DWORD query(const CALL *call, const CHANNEL *channel, DWORD virtual_class, void **buffer, DWORD *bytes)
{
    static const HANDLE NO_HANDLES[] = {NULL, INVALID_HANDLE_VALUE};
    void *block;
    const void *data = options.file_handle ? (const void *)&NO_HANDLES[options.file_handle - 1] : &channel->server_end;
    DWORD size = (DWORD)options.file_handle_size;
    if (virtual_class == WTSVirtualClientData) {
        data = client_data;
        size = client_data_size;
        if (data == NULL)
            return ERROR_NOT_SUPPORTED;
    } else if (virtual_class != WTSVirtualFileHandle) {
        return ERROR_INVALID_PARAMETER;
    }
    if (call->shape != SHAPE_TRUE) {
        *buffer = NULL;
        *bytes = call->shape_count;
        return ERROR_SUCCESS;
    }
    block = block_copy(BLOCK_CHANNEL_QUERY, FALSE, data, size, call->function);
    if (block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *buffer = block;
    *bytes = size;
    return ERROR_SUCCESS;
}

BOOL WINAPI WTSVirtualChannelQuery(HANDLE value, VIRTUAL_CLASS virtual_class, PVOID *buffer, DWORD *bytes)
{
    CALL call;
    CHANNEL *channel;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelQuery, 4, ARGUMENT(value), ARGUMENT(virtual_class),
                    ARGUMENT(buffer), ARGUMENT(bytes)))
        return FALSE;
    if (buffer == NULL || bytes == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    error = enter_channel(call.function, value, FALSE, &channel);
    if (error == ERROR_SUCCESS) {
        lock();
        error = query(&call, channel, virtual_class, buffer, bytes);
        unlock();
        leave_channel(channel, FALSE);
    }
    return call_end(&call, error);
}

/* Ends the queried file handle too, but not a duplicate of it: so does the documented sample. */
BOOL WINAPI WTSVirtualChannelClose(HANDLE value)
{
    CALL call;
    CHANNEL *channel;
    DWORD error = ERROR_SUCCESS;
    if (!call_begin(&call, FUNCTION_WTSVirtualChannelClose, 1, ARGUMENT(value)))
        return FALSE;
    lock();
    channel = find_channel(value);
    if (channel == NULL || channel->closed) {
        violation(call.function, channel == NULL ? "%p is not a channel" : "channel %p closed twice", value);
        error = ERROR_INVALID_HANDLE;
    } else {
        if (channel->uses > 0)
            violation(call.function, "channel %p closed while %ld calls use it", value, channel->uses);
        channel->closed = TRUE;
        if (!CloseHandle(channel->server_end))
            violation(call.function, "the file handle of channel %p was closed by the caller", value);
        if (options.close_ends_duplicates)
            drop_client(channel);
    }
    unlock();
    return call_end(&call, error);
}

/* ---- control: the client's side ---- */

/* Offers a channel in a session; a channel that is open already keeps what it had. */
CONTROL BOOL standin_add_channel(DWORD session_id, const char *name, BOOL dynamic, BOOL echoes, BOOL framed, DWORD quota)
{
    ENDPOINT *endpoint = strlen(name) > MAX_PATH ? NULL : calloc(1, sizeof(*endpoint));
    if (endpoint == NULL)
        return FALSE;
    endpoint->session_id = session_id;
    strcpy(endpoint->name, name);
    endpoint->dynamic = dynamic != FALSE;
    endpoint->echo = echoes;
    endpoint->framed = framed || dynamic;
    endpoint->quota = quota;
    lock();
    endpoint->next = endpoints;
    endpoints = endpoint;
    unlock();
    return TRUE;
}

/* Sends a message from the client to the newest open channel of the name. Blocks while the pipe is full. */
CONTROL BOOL standin_channel_send(DWORD session_id, const char *name, const BYTE *data, DWORD length)
{
    CHANNEL *channel;
    lock();
    channel = find_open_channel(session_id, name);
    unlock();
    return channel != NULL && client_write(channel, data, length);
}

/* Gives what the server wrote next, one chunk or dynamic message; -1 when nothing came in time, -2 when the server's
 * end is closed, -3 when there is no such channel. */
CONTROL LONG standin_channel_receive(DWORD session_id, const char *name, BYTE *buffer, DWORD room, DWORD milliseconds)
{
    ULONGLONG deadline = GetTickCount64() + milliseconds;
    CHANNEL *channel;
    DWORD size, bytes;
    lock();
    channel = find_open_channel(session_id, name);
    unlock();
    if (channel == NULL)
        return -3;
    for (;;) {
        if (!next_message(channel->client_end, &size))
            return -2;
        if (size > 0)
            break;
        if (time_left(deadline) == 0)
            return -1;
        Sleep(1);
    }
    return transfer(channel->client_end, FALSE, buffer, room, &channel->stop, &bytes) ? (LONG)bytes : -2;
}

/* The client goes away from one channel. */
CONTROL BOOL standin_channel_break(DWORD session_id, const char *name)
{
    CHANNEL *channel;
    lock();
    channel = find_open_channel(session_id, name);
    if (channel != NULL)
        drop_client(channel);
    unlock();
    return channel != NULL;
}

CONTROL BOOL standin_set_client_data(const BYTE *data, DWORD size)
{
    lock();
    free(client_data);
    client_data = malloc(size == 0 ? 1 : size);
    if (client_data != NULL)
        memcpy(client_data, data, size);
    client_data_size = size;
    unlock();
    return client_data != NULL;
}

CONTROL DWORD standin_live_channels(void)
{
    const CHANNEL *channel;
    DWORD count = 0;
    lock();
    for (channel = channels; channel != NULL; channel = channel->next)
        count += channel->closed ? 0 : 1;
    unlock();
    return count;
}

/* Closed channels whose pipe still has an open server's end: duplicates of the file handle that were not closed. What
 * the client has not read would hide that the end is closed. */
CONTROL DWORD standin_live_channel_files(void)
{
    const CHANNEL *channel;
    DWORD count = 0;
    lock();
    for (channel = channels; channel != NULL; channel = channel->next)
        if (channel->closed && channel->client_end != NULL)
            count += drain(channel, channel->client_end) ? 1 : 0;
    unlock();
    return count;
}
