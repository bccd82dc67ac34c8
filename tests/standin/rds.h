/* The SDK's facts, transcribed for the stand-in on its own: constants, structures, and their sizes checked by the compiler.
 *
 * The package has its own transcription in src/wtsfast/include. The two are kept apart on purpose: a slip in one of
 * them shows as a disagreement in the tests.
 */
#ifndef STANDIN_RDS_H
#define STANDIN_RDS_H

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#define ASSERT_SIZE(type, bytes) typedef char assert_size_of_##type[sizeof(type) == (bytes) ? 1 : -1]

/* Special values (API notes 1.2). */
#define WTS_CURRENT_SESSION ((DWORD)0xFFFFFFFFu)
#define WTS_ANY_SESSION ((DWORD)0xFFFFFFFEu)
#define LOGONID_CURRENT ((ULONG)0xFFFFFFFFu)

/* Lengths (API notes 1.2). */
#define USERNAME_LENGTH 20
#define CLIENTNAME_LENGTH 20
#define CLIENTADDRESS_LENGTH 30
#define WINSTATIONNAME_LENGTH 32
#define DOMAIN_LENGTH 17
#define WTS_DRIVE_LENGTH 3
#define WTS_LISTENER_NAME_LENGTH 32
#define WTS_COMMENT_LENGTH 60

/* Errors that older headers lack (API notes 6). */
#ifndef ERROR_CTX_CLOSE_PENDING
#define ERROR_CTX_CLOSE_PENDING 7007
#endif
#ifndef ERROR_CTX_WINSTATION_NOT_FOUND
#define ERROR_CTX_WINSTATION_NOT_FOUND 7022
#endif
#ifndef ERROR_CTX_WINSTATION_BUSY
#define ERROR_CTX_WINSTATION_BUSY 7024
#endif
#ifndef ERROR_CTX_SHADOW_NOT_RUNNING
#define ERROR_CTX_SHADOW_NOT_RUNNING 7057
#endif
#define ERROR_NERR_USER_NOT_FOUND 2221

typedef enum WTS_CONNECTSTATE_CLASS { /* API notes 3.4 */
    WTSActive,
    WTSConnected,
    WTSConnectQuery,
    WTSShadow,
    WTSDisconnected,
    WTSIdle,
    WTSListen,
    WTSReset,
    WTSDown,
    WTSInit
} WTS_CONNECTSTATE_CLASS;

typedef enum WTS_INFO_CLASS { /* API notes 4 */
    WTSInitialProgram,
    WTSApplicationName,
    WTSWorkingDirectory,
    WTSOEMId,
    WTSSessionId,
    WTSUserName,
    WTSWinStationName,
    WTSDomainName,
    WTSConnectState,
    WTSClientBuildNumber,
    WTSClientName,
    WTSClientDirectory,
    WTSClientProductId,
    WTSClientHardwareId,
    WTSClientAddress,
    WTSClientDisplay,
    WTSClientProtocolType,
    WTSIdleTime,
    WTSLogonTime,
    WTSIncomingBytes,
    WTSOutgoingBytes,
    WTSIncomingFrames,
    WTSOutgoingFrames,
    WTSClientInfo,
    WTSSessionInfo,
    WTSSessionInfoEx,
    WTSConfigInfo,
    WTSValidationInfo,
    WTSSessionAddressV4,
    WTSIsRemoteSession,
    WTSSessionActivityId,
    WTSCapabilityCheck
} WTS_INFO_CLASS;
#define INFO_CLASS_COUNT 32

typedef enum WTS_TYPE_CLASS { /* API notes 3.5: trust the names, not the shifted descriptions */
    WTSTypeProcessInfoLevel0,
    WTSTypeProcessInfoLevel1,
    WTSTypeSessionInfoLevel1,
    WTSTypeCloudAuthServerNonce,
    WTSTypeSerializedUserCredential
} WTS_TYPE_CLASS;

typedef enum WTS_CONFIG_CLASS { /* API notes 5 */
    WTSUserConfigInitialProgram,
    WTSUserConfigWorkingDirectory,
    WTSUserConfigfInheritInitialProgram,
    WTSUserConfigfAllowLogonTerminalServer,
    WTSUserConfigTimeoutSettingsConnections,
    WTSUserConfigTimeoutSettingsDisconnections,
    WTSUserConfigTimeoutSettingsIdle,
    WTSUserConfigfDeviceClientDrives,
    WTSUserConfigfDeviceClientPrinters,
    WTSUserConfigfDeviceClientDefaultPrinter,
    WTSUserConfigBrokenTimeoutSettings,
    WTSUserConfigReconnectSettings,
    WTSUserConfigModemCallbackSettings,
    WTSUserConfigModemCallbackPhoneNumber,
    WTSUserConfigShadowingSettings,
    WTSUserConfigTerminalServerProfilePath,
    WTSUserConfigTerminalServerHomeDir,
    WTSUserConfigTerminalServerHomeDirDrive,
    WTSUserConfigfTerminalServerRemoteHomeDir,
    WTSUserConfigUser
} WTS_CONFIG_CLASS;
#define CONFIG_CLASS_COUNT 20

/* Events of WTSWaitSystemEvent (API notes 3.7). */
#define WTS_EVENT_NONE 0x00000000u
#define WTS_EVENT_CREATE 0x00000001u
#define WTS_EVENT_DELETE 0x00000002u
#define WTS_EVENT_RENAME 0x00000004u
#define WTS_EVENT_CONNECT 0x00000008u
#define WTS_EVENT_DISCONNECT 0x00000010u
#define WTS_EVENT_LOGON 0x00000020u
#define WTS_EVENT_LOGOFF 0x00000040u
#define WTS_EVENT_STATECHANGE 0x00000080u
#define WTS_EVENT_LICENSE 0x00000100u
#define WTS_EVENT_ALL 0x7FFFFFFFu
#define WTS_EVENT_FLUSH 0x80000000u

/* Answers of WTSSendMessage that no person gave (API notes 3.6). */
#define RESPONSE_TIMEOUT 32000u
#define RESPONSE_ASYNC 32001u

/* WTSShutdownSystem (API notes 2.19). */
#define WTS_WSD_LOGOFF 0x01u
#define WTS_WSD_SHUTDOWN 0x02u
#define WTS_WSD_REBOOT 0x04u
#define WTS_WSD_POWEROFF 0x08u

/* SessionFlags of WTSINFOEX (API notes 3.2). */
#define WTS_SESSIONSTATE_UNKNOWN ((LONG)-1)
#define WTS_SESSIONSTATE_LOCK 0
#define WTS_SESSIONSTATE_UNLOCK 1

/* Structures with pointers (API notes 3.1). Their A forms differ in the pointed-to characters alone, so the stand-in
 * keeps one declaration and `void *` for the text. */
typedef struct SERVER_ROW { /* WTS_SERVER_INFO */
    void *pServerName;
} SERVER_ROW;

typedef struct SESSION_ROW { /* WTS_SESSION_INFO */
    DWORD SessionId;
    void *pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} SESSION_ROW;

typedef struct SESSION_ROW_1 { /* WTS_SESSION_INFO_1 */
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    void *pSessionName;
    void *pHostName;
    void *pUserName;
    void *pDomainName;
    void *pFarmName;
} SESSION_ROW_1;

typedef struct PROCESS_ROW { /* WTS_PROCESS_INFO */
    DWORD SessionId;
    DWORD ProcessId;
    void *pProcessName;
    void *pUserSid;
} PROCESS_ROW;

typedef struct PROCESS_ROW_EX { /* WTS_PROCESS_INFO_EX */
    DWORD SessionId;
    DWORD ProcessId;
    void *pProcessName;
    void *pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} PROCESS_ROW_EX;

#ifdef _WIN64
ASSERT_SIZE(SERVER_ROW, 8);
ASSERT_SIZE(SESSION_ROW, 24);
ASSERT_SIZE(SESSION_ROW_1, 56);
ASSERT_SIZE(PROCESS_ROW, 24);
ASSERT_SIZE(PROCESS_ROW_EX, 64);
#endif

/* Addresses and display (API notes 3.3). */
typedef struct ADDRESS_INFO { /* WTS_CLIENT_ADDRESS and WTS_SESSION_ADDRESS */
    DWORD AddressFamily;
    BYTE Address[20];
} ADDRESS_INFO;

typedef struct DISPLAY_INFO { /* WTS_CLIENT_DISPLAY */
    DWORD HorizontalResolution;
    DWORD VerticalResolution;
    DWORD ColorDepth;
} DISPLAY_INFO;

ASSERT_SIZE(ADDRESS_INFO, 24);
ASSERT_SIZE(DISPLAY_INFO, 12);

/* Flat structures whose text is WCHAR in the W form and CHAR in the A form (API notes 3.2). */
#define CHARACTER WCHAR
#define FORM(name) name##W
#include "flat_structures.h"
#undef CHARACTER
#undef FORM
#define CHARACTER CHAR
#define FORM(name) name##A
#include "flat_structures.h"
#undef CHARACTER
#undef FORM

ASSERT_SIZE(WTSINFOW, 216);
ASSERT_SIZE(WTSINFOA, 144);
ASSERT_SIZE(WTSINFOEXW, 232);
ASSERT_SIZE(WTSINFOEXA, 160);
ASSERT_SIZE(WTSCLIENTW, 2304);
ASSERT_SIZE(WTSCLIENTA, 1200);
ASSERT_SIZE(WTSCONFIGINFOW, 1668);
ASSERT_SIZE(WTSCONFIGINFOA, 848);
ASSERT_SIZE(WTSUSERCONFIGW, 2148);
ASSERT_SIZE(WTSUSERCONFIGA, 1100);
ASSERT_SIZE(WTS_VALIDATION_INFORMATIONW, 16932);
ASSERT_SIZE(WTS_VALIDATION_INFORMATIONA, 16672);
ASSERT_SIZE(WTSLISTENERCONFIGW, 1348);
ASSERT_SIZE(WTSLISTENERCONFIGA, 728);

#endif
