/* A client of one function each: it loads nothing, but drives smoke_plugin.c through a connection and an echo. */
#include <stdio.h>
#include <string.h>

#include "wtsfast_cchannel.h"

BOOL VCAPITYPE VirtualChannelEntry(PCHANNEL_ENTRY_POINTS points);

static PCHANNEL_INIT_EVENT_FN to_plugin;
static PCHANNEL_OPEN_EVENT_FN to_channel;
static char echoed[16];
static int completed;

static UINT VCAPITYPE init(LPVOID *handle, PCHANNEL_DEF channels, INT count, ULONG version,
                           PCHANNEL_INIT_EVENT_FN callback) {
    if (count != 1 || version != VIRTUAL_CHANNEL_VERSION_WIN2000 || strcmp(channels[0].name, "smoke") != 0) {
        return CHANNEL_RC_BAD_CHANNEL;
    }
    *handle = &to_plugin;
    to_plugin = callback;
    return CHANNEL_RC_OK;
}

static UINT VCAPITYPE open_channel(LPVOID handle, LPDWORD open_handle, PCHAR name, PCHANNEL_OPEN_EVENT_FN callback) {
    if (handle != &to_plugin || strcmp(name, "smoke") != 0) {
        return CHANNEL_RC_UNKNOWN_CHANNEL_NAME;
    }
    *open_handle = 7;
    to_channel = callback;
    return CHANNEL_RC_OK;
}

static UINT VCAPITYPE close_channel(DWORD open_handle) {
    return open_handle == 7 ? CHANNEL_RC_OK : CHANNEL_RC_BAD_CHANNEL_HANDLE;
}

static UINT VCAPITYPE write_channel(DWORD open_handle, LPVOID data, ULONG length, LPVOID user_data) {
    memcpy(echoed, data, length);
    to_channel(open_handle, CHANNEL_EVENT_WRITE_COMPLETE, user_data, length, length, 0);
    completed = 1;
    return CHANNEL_RC_OK;
}

int main(void) {
    CHANNEL_ENTRY_POINTS points = {sizeof(points), VIRTUAL_CHANNEL_VERSION_WIN2000, init, open_channel, close_channel,
                                   write_channel};
    char message[] = "hello";
    if (!VirtualChannelEntry(&points)) {
        return 1;
    }
    to_plugin(&to_plugin, CHANNEL_EVENT_CONNECTED, message, 0);
    to_channel(7, CHANNEL_EVENT_DATA_RECEIVED, message, sizeof(message), sizeof(message), CHANNEL_FLAG_ONLY);
    puts(echoed);
    return completed && strcmp(echoed, "hello") == 0 ? 0 : 2;
}
