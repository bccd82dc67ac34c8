/* What both ends of a virtual channel share: the SDK's <pchannel.h>, for Windows and for Linux.
 *
 * On Windows the basic types come from windows.h. Elsewhere, where FreeRDP loads channel plugins, they are defined here
 * with the widths that they have on Windows, so that a plugin needs no header of FreeRDP's.
 */
#ifndef WTSFAST_PCHANNEL_H
#define WTSFAST_PCHANNEL_H

#if defined(_H_PCHANNEL)
#error "wtsfast_pchannel.h replaces <pchannel.h>: do not include that, or include wtsfast_pchannel.h before it"
#endif
/* The vendor's include guard, set so that a later #include <pchannel.h> has no effect. */
#define _H_PCHANNEL

#if defined(_WIN32)
#include <windows.h>
#else
#include <stdint.h>
typedef char CHAR;
typedef int32_t INT;
typedef int32_t BOOL;
typedef uint32_t UINT;
typedef uint32_t UINT32;
typedef uint32_t DWORD; /* 32 bits, while long has 64 here */
typedef uint32_t ULONG;
typedef void *LPVOID;
typedef DWORD *LPDWORD;
typedef CHAR *PCHAR;
#if !defined(TRUE)
#define TRUE 1
#define FALSE 0
#endif
#endif

#include "wtsfast_assert.h"

#if defined(__cplusplus)
extern "C" {
#endif

/* The protocol's default. A client may negotiate chunks of up to 16256 bytes: never take this for a limit. */
#define CHANNEL_CHUNK_LENGTH 1600
#define CHANNEL_PDU_LENGTH (CHANNEL_CHUNK_LENGTH + sizeof(CHANNEL_PDU_HEADER))
#define CHANNEL_BUFFER_SIZE 65535
#define CHANNEL_MAX_COUNT 30
#define CHANNEL_NAME_LEN 7

/* Bits of CHANNEL_PDU_HEADER.flags and of dataFlags: test them one by one, never compare the whole. */
#define CHANNEL_FLAG_MIDDLE 0x00000000
#define CHANNEL_FLAG_FIRST 0x00000001
#define CHANNEL_FLAG_LAST 0x00000002
#define CHANNEL_FLAG_ONLY (CHANNEL_FLAG_FIRST | CHANNEL_FLAG_LAST)
#define CHANNEL_FLAG_SHOW_PROTOCOL 0x00000010
#define CHANNEL_FLAG_SUSPEND 0x00000020
#define CHANNEL_FLAG_RESUME 0x00000040
#define CHANNEL_FLAG_SHADOW_PERSISTENT 0x00000080
#define CHANNEL_FLAG_FAIL 0x00000100
/* From the protocol's specification. Bits 16 to 19 hold the type of the compression. */
#define CHANNEL_PACKET_COMPRESSED 0x00200000
#define CHANNEL_PACKET_AT_FRONT 0x00400000
#define CHANNEL_PACKET_FLUSHED 0x00800000

#define CHANNEL_OPTION_INITIALIZED 0x80000000
#define CHANNEL_OPTION_ENCRYPT_RDP 0x40000000
#define CHANNEL_OPTION_ENCRYPT_SC 0x20000000
#define CHANNEL_OPTION_ENCRYPT_CS 0x10000000
#define CHANNEL_OPTION_PRI_HIGH 0x08000000
#define CHANNEL_OPTION_PRI_MED 0x04000000
#define CHANNEL_OPTION_PRI_LOW 0x02000000
#define CHANNEL_OPTION_COMPRESS_RDP 0x00800000
#define CHANNEL_OPTION_COMPRESS 0x00400000
#define CHANNEL_OPTION_SHOW_PROTOCOL 0x00200000
#define CHANNEL_OPTION_REMOTE_CONTROL_PERSISTENT 0x00100000

#pragma pack(push, 1)
typedef struct tagCHANNEL_DEF {
    char name[CHANNEL_NAME_LEN + 1];
    ULONG options;
} CHANNEL_DEF, *PCHANNEL_DEF, **PPCHANNEL_DEF;
#pragma pack(pop)

/* In front of every chunk that the server reads; length is that of the whole message, not of the chunk. */
typedef struct tagCHANNEL_PDU_HEADER {
    UINT32 length;
    UINT32 flags;
} CHANNEL_PDU_HEADER, *PCHANNEL_PDU_HEADER;

#if defined(__cplusplus)
}
#endif

WTSFAST_ASSERT_SIZE(CHANNEL_DEF, 12)
WTSFAST_ASSERT_FIELD(CHANNEL_DEF, name, 0)
WTSFAST_ASSERT_FIELD(CHANNEL_DEF, options, 8)
WTSFAST_ASSERT_SIZE(CHANNEL_PDU_HEADER, 8)
WTSFAST_ASSERT_FIELD(CHANNEL_PDU_HEADER, length, 0)
WTSFAST_ASSERT_FIELD(CHANNEL_PDU_HEADER, flags, 4)

#endif
