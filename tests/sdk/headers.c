/* Everything that the package's headers assert, and the guards that keep the vendor's headers out. Also read as C++. */
#if defined(VENDOR_FIRST)
#include <windows.h>

#include <wtsapi32.h>
#endif

#include "wtsfast_sdk.h"

#include "wtsfast_cchannel.h"
#include "wtsfast_ntdll.h"

#include <wtsapi32.h>

#include <cchannel.h>
#include <pchannel.h>
#include <winternl.h>

WTSFAST_ASSERT(WTS_SECURITY_USER_ACCESS ==
                   (WTS_SECURITY_CURRENT_GUEST_ACCESS | WTS_SECURITY_QUERY_INFORMATION | WTS_SECURITY_CONNECT),
               "WTS_SECURITY_USER_ACCESS is not what it is made of");
WTSFAST_ASSERT(WTS_SECURITY_CURRENT_USER_ACCESS ==
                   (WTS_SECURITY_SET_INFORMATION | WTS_SECURITY_RESET | WTS_SECURITY_VIRTUAL_CHANNELS |
                    WTS_SECURITY_LOGOFF | WTS_SECURITY_DISCONNECT),
               "WTS_SECURITY_CURRENT_USER_ACCESS is not what it is made of");
WTSFAST_ASSERT(WTS_SECURITY_ALL_ACCESS == (STANDARD_RIGHTS_REQUIRED | (0x3FF & ~WTS_SECURITY_LOGOFF)),
               "WTS_SECURITY_ALL_ACCESS is not what it is made of");
WTSFAST_ASSERT(CHANNEL_PDU_LENGTH == 1608, "CHANNEL_PDU_LENGTH is not a chunk and its header");

int main(void) {
    return WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, NULL, 0) ? 0 : 1;
}
