/* The names of every function that the stand-ins replace: one list for the log, the faults and the counters. */
#ifndef STANDIN_FUNCTIONS_H
#define STANDIN_FUNCTIONS_H

#define FUNCTION_LIST(X) \
    X(IsInteractiveUserSession) \
    X(QueryActiveSession) \
    X(QueryUserToken) \
    X(RegisterUsertokenForNoWinlogon) \
    X(WTSCloseServer) \
    X(WTSConnectSessionA) \
    X(WTSConnectSessionW) \
    X(WTSCreateListenerA) \
    X(WTSCreateListenerW) \
    X(WTSDisconnectSession) \
    X(WTSEnableChildSessions) \
    X(WTSEnumerateListenersA) \
    X(WTSEnumerateListenersW) \
    X(WTSEnumerateProcessesA) \
    X(WTSEnumerateProcessesExA) \
    X(WTSEnumerateProcessesExW) \
    X(WTSEnumerateProcessesW) \
    X(WTSEnumerateServersA) \
    X(WTSEnumerateServersW) \
    X(WTSEnumerateSessionsA) \
    X(WTSEnumerateSessionsExA) \
    X(WTSEnumerateSessionsExW) \
    X(WTSEnumerateSessionsW) \
    X(WTSFreeMemory) \
    X(WTSFreeMemoryExA) \
    X(WTSFreeMemoryExW) \
    X(WTSGetChildSessionId) \
    X(WTSGetListenerSecurityA) \
    X(WTSGetListenerSecurityW) \
    X(WTSIsChildSessionsEnabled) \
    X(WTSLogoffSession) \
    X(WTSOpenServerA) \
    X(WTSOpenServerExA) \
    X(WTSOpenServerExW) \
    X(WTSOpenServerW) \
    X(WTSQueryListenerConfigA) \
    X(WTSQueryListenerConfigW) \
    X(WTSQuerySessionInformationA) \
    X(WTSQuerySessionInformationW) \
    X(WTSQueryUserConfigA) \
    X(WTSQueryUserConfigW) \
    X(WTSQueryUserToken) \
    X(WTSRegisterSessionNotification) \
    X(WTSRegisterSessionNotificationEx) \
    X(WTSSendMessageA) \
    X(WTSSendMessageW) \
    X(WTSSetListenerSecurityA) \
    X(WTSSetListenerSecurityW) \
    X(WTSSetRenderHint) \
    X(WTSSetSessionInformationA) \
    X(WTSSetSessionInformationW) \
    X(WTSSetUserConfigA) \
    X(WTSSetUserConfigW) \
    X(WTSShutdownSystem) \
    X(WTSStartRemoteControlSessionA) \
    X(WTSStartRemoteControlSessionW) \
    X(WTSStopRemoteControlSession) \
    X(WTSTerminateProcess) \
    X(WTSUnRegisterSessionNotification) \
    X(WTSUnRegisterSessionNotificationEx) \
    X(WTSVirtualChannelClose) \
    X(WTSVirtualChannelOpen) \
    X(WTSVirtualChannelOpenEx) \
    X(WTSVirtualChannelPurgeInput) \
    X(WTSVirtualChannelPurgeOutput) \
    X(WTSVirtualChannelQuery) \
    X(WTSVirtualChannelRead) \
    X(WTSVirtualChannelWrite) \
    X(WTSWaitSystemEvent) \
    X(WTSActiveSessionExists) \
    X(WTSCloudAuthOpen) \
    X(WTSCloudAuthClose) \
    X(WTSCloudAuthGetServerNonce) \
    X(WTSCloudAuthConvertAssertionToSerializedUserCredential) \
    X(WTSCloudAuthDuplicateSerializedUserCredential) \
    X(WTSCloudAuthNetworkLogonWithSerializedCredential) \
    X(TLSConnectToLsServer) \
    X(TLSDisconnectFromServer) \
    X(TLSGetServerCertificate) \
    X(TLSKeyPackEnumBegin) \
    X(TLSKeyPackEnumNext) \
    X(TLSKeyPackEnumEnd) \
    X(TLSLicenseEnumBegin) \
    X(TLSLicenseEnumNext) \
    X(TLSLicenseEnumEnd) \
    X(LookupAccountSidW) /* this one and the next two are not exported under their names: see borrowed.c */ \
    X(ProcessIdToSessionId) \
    X(WTSGetActiveConsoleSessionId)

typedef enum FUNCTION {
#define X(name) FUNCTION_##name,
    FUNCTION_LIST(X)
#undef X
    FUNCTION_COUNT
} FUNCTION;

#endif
