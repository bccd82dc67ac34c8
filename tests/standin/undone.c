/* Functions that the stand-in does not answer yet: FALSE and ERROR_CALL_NOT_IMPLEMENTED, as on Nano Server (API notes 6). */
#include "standin.h"

static BOOL not_done(FUNCTION function)
{
    CALL call;
    if (!call_begin(&call, function, 0))
        return FALSE;
    return call_end(&call, ERROR_CALL_NOT_IMPLEMENTED);
}

/* 64-bit callers clean their own stack, so these need no parameters. */
#define NOT_DONE(name) \
    BOOL WINAPI name(void) \
    { \
        return not_done(FUNCTION_##name); \
    }

NOT_DONE(WTSCreateListenerA)
NOT_DONE(WTSCreateListenerW)
NOT_DONE(WTSEnableChildSessions)
NOT_DONE(WTSEnumerateListenersA)
NOT_DONE(WTSEnumerateListenersW)
NOT_DONE(WTSGetChildSessionId)
NOT_DONE(WTSGetListenerSecurityA)
NOT_DONE(WTSGetListenerSecurityW)
NOT_DONE(WTSIsChildSessionsEnabled)
NOT_DONE(WTSQueryListenerConfigA)
NOT_DONE(WTSQueryListenerConfigW)
NOT_DONE(WTSRegisterSessionNotification)
NOT_DONE(WTSRegisterSessionNotificationEx)
NOT_DONE(WTSSetListenerSecurityA)
NOT_DONE(WTSSetListenerSecurityW)
NOT_DONE(WTSSetRenderHint)
NOT_DONE(WTSStartRemoteControlSessionA)
NOT_DONE(WTSStartRemoteControlSessionW)
NOT_DONE(WTSStopRemoteControlSession)
NOT_DONE(WTSUnRegisterSessionNotification)
NOT_DONE(WTSUnRegisterSessionNotificationEx)
NOT_DONE(WTSVirtualChannelClose)
NOT_DONE(WTSVirtualChannelOpen)
NOT_DONE(WTSVirtualChannelOpenEx)
NOT_DONE(WTSVirtualChannelPurgeInput)
NOT_DONE(WTSVirtualChannelPurgeOutput)
NOT_DONE(WTSVirtualChannelQuery)
NOT_DONE(WTSVirtualChannelRead)
NOT_DONE(WTSVirtualChannelWrite)
