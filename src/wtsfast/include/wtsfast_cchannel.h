/* The client's side of virtual channels, for plugins of the RDP client: the SDK's <cchannel.h>, for Windows and Linux.
 *
 * There is no library to link. The client (mstsc.exe, a program that hosts the RDP control, or FreeRDP) loads the
 * plugin, calls the VirtualChannelEntry that it exports, and passes in the functions to use. VirtualChannelEntry must
 * copy the struct, call pVirtualChannelInit before it returns, and accept a larger cbSize than it knows: FreeRDP adds
 * members of its own. Register one channel per plugin: some FreeRDP 3 versions mix up the names of several.
 */
#ifndef WTSFAST_CCHANNEL_H
#define WTSFAST_CCHANNEL_H

#if defined(H_CCHANNEL)
#error "wtsfast_cchannel.h replaces <cchannel.h>: do not include that, or include wtsfast_cchannel.h before it"
#endif
/* The vendor's include guard, set so that a later #include <cchannel.h> has no effect. */
#define H_CCHANNEL

#include "wtsfast_pchannel.h"

/* 64-bit Windows and Linux have one calling convention each; 32-bit Windows needs the word. */
#if defined(_WIN32)
#define VCAPITYPE __stdcall
#define VCEXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define VCAPITYPE
#define VCEXPORT __attribute__((visibility("default")))
#else
#define VCAPITYPE
#define VCEXPORT
#endif

#if defined(__cplusplus)
extern "C" {
#endif

#define VIRTUAL_CHANNEL_VERSION_WIN2000 1

/* To CHANNEL_INIT_EVENT_FN. */
#define CHANNEL_EVENT_INITIALIZED 0
#define CHANNEL_EVENT_CONNECTED 1 /* pData: the server's name, ANSI */
#define CHANNEL_EVENT_V1_CONNECTED 2
#define CHANNEL_EVENT_DISCONNECTED 3
#define CHANNEL_EVENT_TERMINATED 4
#define CHANNEL_EVENT_REMOTE_CONTROL_START 5 /* in the manual, but not in the SDK's header */
#define CHANNEL_EVENT_REMOTE_CONTROL_STOP 6  /* likewise */
#define CHANNEL_EVENT_ATTACHED 7             /* FreeRDP only */
#define CHANNEL_EVENT_DETACHED 8             /* FreeRDP only */

/* To CHANNEL_OPEN_EVENT_FN. */
#define CHANNEL_EVENT_DATA_RECEIVED 10
#define CHANNEL_EVENT_WRITE_COMPLETE 11  /* pData: the pUserData of that write, whose buffer is free again */
#define CHANNEL_EVENT_WRITE_CANCELLED 12 /* likewise */
#define CHANNEL_EVENT_USER 1000          /* FreeRDP only */

#define CHANNEL_RC_OK 0
#define CHANNEL_RC_ALREADY_INITIALIZED 1
#define CHANNEL_RC_NOT_INITIALIZED 2
#define CHANNEL_RC_ALREADY_CONNECTED 3
#define CHANNEL_RC_NOT_CONNECTED 4
#define CHANNEL_RC_TOO_MANY_CHANNELS 5
#define CHANNEL_RC_BAD_CHANNEL 6
#define CHANNEL_RC_BAD_CHANNEL_HANDLE 7
#define CHANNEL_RC_NO_BUFFER 8
#define CHANNEL_RC_BAD_INIT_HANDLE 9
#define CHANNEL_RC_NOT_OPEN 10
#define CHANNEL_RC_BAD_PROC 11
#define CHANNEL_RC_NO_MEMORY 12
#define CHANNEL_RC_UNKNOWN_CHANNEL_NAME 13
#define CHANNEL_RC_ALREADY_OPEN 14
#define CHANNEL_RC_NOT_IN_VIRTUALCHANNELENTRY 15
#define CHANNEL_RC_NULL_DATA 16
#define CHANNEL_RC_ZERO_LENGTH 17
#define CHANNEL_RC_INVALID_INSTANCE 18
#define CHANNEL_RC_UNSUPPORTED_VERSION 19
#define CHANNEL_RC_INITIALIZATION_ERROR 20

/* What the plugin implements. Any of them may come on any thread. */
typedef void VCAPITYPE CHANNEL_INIT_EVENT_FN(LPVOID pInitHandle, UINT event, LPVOID pData, UINT dataLength);
typedef CHANNEL_INIT_EVENT_FN *PCHANNEL_INIT_EVENT_FN;

/* pData may point into a larger buffer, and is gone after the call. totalLength is that of the whole message. */
typedef void VCAPITYPE CHANNEL_OPEN_EVENT_FN(DWORD openHandle, UINT event, LPVOID pData, UINT32 dataLength,
                                             UINT32 totalLength, UINT32 dataFlags);
typedef CHANNEL_OPEN_EVENT_FN *PCHANNEL_OPEN_EVENT_FN;

/* What the client gives. */
typedef UINT VCAPITYPE VIRTUALCHANNELINIT(LPVOID *ppInitHandle, PCHANNEL_DEF pChannel, INT channelCount,
                                          ULONG versionRequested, PCHANNEL_INIT_EVENT_FN pChannelInitEventProc);
typedef VIRTUALCHANNELINIT *PVIRTUALCHANNELINIT;

typedef UINT VCAPITYPE VIRTUALCHANNELOPEN(LPVOID pInitHandle, LPDWORD pOpenHandle, PCHAR pChannelName,
                                          PCHANNEL_OPEN_EVENT_FN pChannelOpenEventProc);
typedef VIRTUALCHANNELOPEN *PVIRTUALCHANNELOPEN;

typedef UINT VCAPITYPE VIRTUALCHANNELCLOSE(DWORD openHandle);
typedef VIRTUALCHANNELCLOSE *PVIRTUALCHANNELCLOSE;

/* The buffer must stay alive and unchanged until WRITE_COMPLETE or WRITE_CANCELLED comes for its pUserData. */
typedef UINT VCAPITYPE VIRTUALCHANNELWRITE(DWORD openHandle, LPVOID pData, ULONG dataLength, LPVOID pUserData);
typedef VIRTUALCHANNELWRITE *PVIRTUALCHANNELWRITE;

typedef struct tagCHANNEL_ENTRY_POINTS {
    DWORD cbSize;
    DWORD protocolVersion;
    PVIRTUALCHANNELINIT pVirtualChannelInit;
    PVIRTUALCHANNELOPEN pVirtualChannelOpen;
    PVIRTUALCHANNELCLOSE pVirtualChannelClose;
    PVIRTUALCHANNELWRITE pVirtualChannelWrite;
} CHANNEL_ENTRY_POINTS, *PCHANNEL_ENTRY_POINTS;

/* What the plugin exports, under the name VirtualChannelEntry. */
typedef BOOL VCAPITYPE VIRTUALCHANNELENTRY(PCHANNEL_ENTRY_POINTS pEntryPoints);
typedef VIRTUALCHANNELENTRY *PVIRTUALCHANNELENTRY;

#if defined(__cplusplus)
}
#endif

#if defined(_WIN64) || defined(__LP64__)
WTSFAST_ASSERT_SIZE(CHANNEL_ENTRY_POINTS, 40)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, cbSize, 0)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, protocolVersion, 4)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelInit, 8)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelOpen, 16)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelClose, 24)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelWrite, 32)
#else
WTSFAST_ASSERT_SIZE(CHANNEL_ENTRY_POINTS, 24)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, cbSize, 0)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, protocolVersion, 4)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelInit, 8)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelOpen, 12)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelClose, 16)
WTSFAST_ASSERT_FIELD(CHANNEL_ENTRY_POINTS, pVirtualChannelWrite, 20)
#endif

#endif
