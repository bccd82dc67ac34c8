/* The smallest plugin for an RDP client: one channel that sends back what it receives. It proves wtsfast_cchannel.h. */
#include <stdlib.h>
#include <string.h>

#include "wtsfast_cchannel.h"

static CHANNEL_ENTRY_POINTS client;
static LPVOID init_handle;
static DWORD channel;
static CHANNEL_DEF definition = {"smoke", CHANNEL_OPTION_INITIALIZED};

static void VCAPITYPE on_channel(DWORD handle, UINT event, LPVOID data, UINT32 length, UINT32 total, UINT32 flags) {
    (void)total;
    (void)flags;
    if (event == CHANNEL_EVENT_DATA_RECEIVED) {
        void *copy = malloc(length ? length : 1); /* a write's buffer must live until it is complete */
        if (copy != NULL) {
            memcpy(copy, data, length);
            if (client.pVirtualChannelWrite(handle, copy, length, copy) != CHANNEL_RC_OK) {
                free(copy);
            }
        }
    } else if (event == CHANNEL_EVENT_WRITE_COMPLETE || event == CHANNEL_EVENT_WRITE_CANCELLED) {
        free(data);
    }
}

static void VCAPITYPE on_client(LPVOID handle, UINT event, LPVOID data, UINT length) {
    (void)data;
    (void)length;
    if (event == CHANNEL_EVENT_CONNECTED) {
        client.pVirtualChannelOpen(handle, &channel, definition.name, on_channel);
    }
}

#if defined(__cplusplus)
extern "C"
#endif
VCEXPORT BOOL VCAPITYPE VirtualChannelEntry(PCHANNEL_ENTRY_POINTS points) {
    if (points->cbSize < sizeof(client)) {
        return FALSE;
    }
    memcpy(&client, points, sizeof(client));
    return client.pVirtualChannelInit(&init_handle, &definition, 1, VIRTUAL_CHANNEL_VERSION_WIN2000, on_client) ==
           CHANNEL_RC_OK;
}
