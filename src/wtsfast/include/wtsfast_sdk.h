/* Declarations of the Remote Desktop Services API: what <wtsapi32.h> should hold, complete and checked.
 *
 * This header replaces <wtsapi32.h>, and <wtshintapi.h> with it. No vendor's header declares the whole API, and they
 * disagree: mingw-w64 lacks WTS_PROCESS_INFO_EX and the listeners, Wine's WTS_CONFIG_CLASS misses members so that all
 * later numbers shift, and the Windows SDK's WTS_SECURITY_CURRENT_USER_ACCESS does not compile. So everything is
 * written out here, under the SDK's names and by subject in the order of the vendor's manual, and the compiler checks
 * the layout of every struct against wtsfast_layout.h. Only what windows.h itself brings (kernel32's two functions,
 * the message boxes, WTSSESSION_NOTIFICATION) is left to it.
 *
 * Only the suffixed names (A and W) are declared. The generic ones would be macros that change other people's code.
 *
 * Functions that every Windows since 7 exports are declared for linking. The others are function pointer types, named
 * PFN_ and the function's name, to be resolved at run time: a module that imports a missing name cannot be loaded.
 */
#ifndef WTSFAST_SDK_H
#define WTSFAST_SDK_H

#if defined(_INC_WTSAPI)
#error "wtsfast_sdk.h replaces <wtsapi32.h>: do not include that, or include wtsfast_sdk.h before it"
#endif
/* The vendor's include guard, set so that a later #include <wtsapi32.h> has no effect. */
#define _INC_WTSAPI

#if !defined(_WIN32)
#error "wtsfast is for Windows: elsewhere there is nothing that it could call"
#endif
#include <windows.h>

#if !defined(_WIN64)
#error "wtsfast supports 64-bit Windows only"
#endif

#include "wtsfast_pchannel.h"

#if defined(__cplusplus)
extern "C" {
#endif

/* ---- Common values ----------------------------------------------------------------------------------------------- */

#define WTS_CURRENT_SERVER ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_HANDLE ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_NAME (NULL)

#define WTS_CURRENT_SESSION ((DWORD)-1)
#define WTS_ANY_SESSION ((DWORD)-2)

/* Taken by WTSConnectSession. The manual names it, but the SDK's wtsapi32.h does not define it. */
#if !defined(LOGONID_CURRENT)
#define LOGONID_CURRENT ((ULONG)-1)
#endif

#define USERNAME_LENGTH 20
#define CLIENTNAME_LENGTH 20
#define CLIENTADDRESS_LENGTH 30
#define WINSTATIONNAME_LENGTH 32
#define DOMAIN_LENGTH 17
#define MAX_ELAPSED_TIME_LENGTH 15
#define MAX_DATE_TIME_LENGTH 56
#define WTS_DRIVE_LENGTH 3
#define WTS_LISTENER_NAME_LENGTH 32
#define WTS_COMMENT_LENGTH 60
#define PRODUCTINFO_COMPANYNAME_LENGTH 256
#define PRODUCTINFO_PRODUCTID_LENGTH 4
#define VALIDATIONINFORMATION_LICENSE_LENGTH 16384
#define VALIDATIONINFORMATION_HARDWAREID_LENGTH 20

/* Rights on a session or a listener. */
#define WTS_SECURITY_QUERY_INFORMATION 0x00000001
#define WTS_SECURITY_SET_INFORMATION 0x00000002
#define WTS_SECURITY_RESET 0x00000004
#define WTS_SECURITY_VIRTUAL_CHANNELS 0x00000008
#define WTS_SECURITY_REMOTE_CONTROL 0x00000010
#define WTS_SECURITY_LOGON 0x00000020
#define WTS_SECURITY_LOGOFF 0x00000040
#define WTS_SECURITY_MESSAGE 0x00000080
#define WTS_SECURITY_CONNECT 0x00000100
#define WTS_SECURITY_DISCONNECT 0x00000200
#define WTS_SECURITY_GUEST_ACCESS 0x00000020
#define WTS_SECURITY_CURRENT_GUEST_ACCESS 0x00000048
#define WTS_SECURITY_USER_ACCESS 0x00000149
/* SET_INFORMATION | RESET | VIRTUAL_CHANNELS | LOGOFF | DISCONNECT. A number, because the SDK's macro lacks one of the
 * four '|' and is a syntax error wherever it is used; bindings generated from the SDK's metadata give 6. */
#define WTS_SECURITY_CURRENT_USER_ACCESS 0x0000024E
/* The standard rights and all of the above but LOGOFF, as in the SDK. */
#define WTS_SECURITY_ALL_ACCESS 0x000F03BF

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

typedef enum _WTS_TYPE_CLASS {
    WTSTypeProcessInfoLevel0 = 0,
    WTSTypeProcessInfoLevel1 = 1,
    WTSTypeSessionInfoLevel1 = 2,
    WTSTypeCloudAuthServerNonce = 3,    /* from build 26100 on */
    WTSTypeSerializedUserCredential = 4 /* from build 26100 on */
} WTS_TYPE_CLASS;

DECLSPEC_IMPORT VOID WINAPI WTSFreeMemory(PVOID pMemory);
DECLSPEC_IMPORT BOOL WINAPI WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries);
DECLSPEC_IMPORT BOOL WINAPI WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries);

/* ---- Servers ----------------------------------------------------------------------------------------------------- */

typedef struct _WTS_SERVER_INFOW {
    LPWSTR pServerName;
} WTS_SERVER_INFOW, *PWTS_SERVER_INFOW;

typedef struct _WTS_SERVER_INFOA {
    LPSTR pServerName;
} WTS_SERVER_INFOA, *PWTS_SERVER_INFOA;

DECLSPEC_IMPORT HANDLE WINAPI WTSOpenServerW(LPWSTR pServerName);
DECLSPEC_IMPORT HANDLE WINAPI WTSOpenServerA(LPSTR pServerName);
DECLSPEC_IMPORT HANDLE WINAPI WTSOpenServerExW(LPWSTR pServerName);
DECLSPEC_IMPORT HANDLE WINAPI WTSOpenServerExA(LPSTR pServerName);
DECLSPEC_IMPORT VOID WINAPI WTSCloseServer(HANDLE hServer);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version,
                                                 PWTS_SERVER_INFOW *ppServerInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateServersA(LPSTR pDomainName, DWORD Reserved, DWORD Version,
                                                 PWTS_SERVER_INFOA *ppServerInfo, DWORD *pCount);

/* ---- Sessions ---------------------------------------------------------------------------------------------------- */

typedef enum _WTS_CONNECTSTATE_CLASS {
    WTSActive = 0,
    WTSConnected = 1,
    WTSConnectQuery = 2,
    WTSShadow = 3,
    WTSDisconnected = 4,
    WTSIdle = 5,
    WTSListen = 6,
    WTSReset = 7,
    WTSDown = 8,
    WTSInit = 9
} WTS_CONNECTSTATE_CLASS;

typedef struct _WTS_SESSION_INFOW {
    DWORD SessionId;
    LPWSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOW, *PWTS_SESSION_INFOW;

typedef struct _WTS_SESSION_INFOA {
    DWORD SessionId;
    LPSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOA, *PWTS_SESSION_INFOA;

typedef struct _WTS_SESSION_INFO_1W {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPWSTR pSessionName;
    LPWSTR pHostName;
    LPWSTR pUserName;
    LPWSTR pDomainName;
    LPWSTR pFarmName;
} WTS_SESSION_INFO_1W, *PWTS_SESSION_INFO_1W;

typedef struct _WTS_SESSION_INFO_1A {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPSTR pSessionName;
    LPSTR pHostName;
    LPSTR pUserName;
    LPSTR pDomainName;
    LPSTR pFarmName;
} WTS_SESSION_INFO_1A, *PWTS_SESSION_INFO_1A;

DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                                  PWTS_SESSION_INFOW *ppSessionInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                                  PWTS_SESSION_INFOA *ppSessionInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                                    PWTS_SESSION_INFO_1W *ppSessionInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                                    PWTS_SESSION_INFO_1A *ppSessionInfo, DWORD *pCount);

/* ---- One session's information ----------------------------------------------------------------------------------- */

typedef enum _WTS_INFO_CLASS {
    WTSInitialProgram = 0,
    WTSApplicationName = 1,
    WTSWorkingDirectory = 2,
    WTSOEMId = 3,
    WTSSessionId = 4,
    WTSUserName = 5,
    WTSWinStationName = 6,
    WTSDomainName = 7,
    WTSConnectState = 8,
    WTSClientBuildNumber = 9,
    WTSClientName = 10,
    WTSClientDirectory = 11,
    WTSClientProductId = 12,
    WTSClientHardwareId = 13,
    WTSClientAddress = 14,
    WTSClientDisplay = 15,
    WTSClientProtocolType = 16,
    WTSIdleTime = 17,
    WTSLogonTime = 18,
    WTSIncomingBytes = 19,
    WTSOutgoingBytes = 20,
    WTSIncomingFrames = 21,
    WTSOutgoingFrames = 22,
    WTSClientInfo = 23,
    WTSSessionInfo = 24,
    WTSSessionInfoEx = 25,
    WTSConfigInfo = 26,
    WTSValidationInfo = 27,
    WTSSessionAddressV4 = 28,
    WTSIsRemoteSession = 29,
    WTSSessionActivityId = 30, /* from Windows 11 23H2 and Server 2025 on */
    WTSCapabilityCheck = 31    /* from build 26100 on */
} WTS_INFO_CLASS;

#define WTS_PROTOCOL_TYPE_CONSOLE 0
#define WTS_PROTOCOL_TYPE_ICA 1
#define WTS_PROTOCOL_TYPE_RDP 2

/* Windows 7 and Server 2008 R2 give LOCK and UNLOCK with each other's value. */
#define WTS_SESSIONSTATE_UNKNOWN 0xFFFFFFFF
#define WTS_SESSIONSTATE_LOCK 0x00000000
#define WTS_SESSIONSTATE_UNLOCK 0x00000001

typedef struct _WTSINFOW {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
    WCHAR WinStationName[WINSTATIONNAME_LENGTH];
    WCHAR Domain[DOMAIN_LENGTH];
    WCHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOW, *PWTSINFOW;

typedef struct _WTSINFOA {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes; /* OutgoingCompressedBy in the SDK, a slip that mingw-w64 repairs too */
    CHAR WinStationName[WINSTATIONNAME_LENGTH];
    CHAR Domain[DOMAIN_LENGTH];
    CHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOA, *PWTSINFOA;

/* Not WTSINFO with a level: other order, and other lengths of the three names. */
typedef struct _WTSINFOEX_LEVEL1_W {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    WCHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_W, *PWTSINFOEX_LEVEL1_W;

typedef struct _WTSINFOEX_LEVEL1_A {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    CHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_A, *PWTSINFOEX_LEVEL1_A;

typedef union _WTSINFOEX_LEVEL_W {
    WTSINFOEX_LEVEL1_W WTSInfoExLevel1;
} WTSINFOEX_LEVEL_W, *PWTSINFOEX_LEVEL_W;

typedef union _WTSINFOEX_LEVEL_A {
    WTSINFOEX_LEVEL1_A WTSInfoExLevel1;
} WTSINFOEX_LEVEL_A, *PWTSINFOEX_LEVEL_A;

typedef struct _WTSINFOEXW {
    DWORD Level;
    WTSINFOEX_LEVEL_W Data; /* at offset 8, not 4: its times are aligned to 8 bytes */
} WTSINFOEXW, *PWTSINFOEXW;

typedef struct _WTSINFOEXA {
    DWORD Level;
    WTSINFOEX_LEVEL_A Data;
} WTSINFOEXA, *PWTSINFOEXA;

typedef struct _WTSCLIENTW {
    WCHAR ClientName[CLIENTNAME_LENGTH + 1];
    WCHAR Domain[DOMAIN_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1];
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    WCHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    WCHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTW, *PWTSCLIENTW;

typedef struct _WTSCLIENTA {
    CHAR ClientName[CLIENTNAME_LENGTH + 1];
    CHAR Domain[DOMAIN_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1]; /* USHORT here too: one character in each, or raw IPv6 bytes */
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    CHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    CHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTA, *PWTSCLIENTA;

typedef struct _WTSCONFIGINFOW {
    ULONG version;
    ULONG fConnectClientDrivesAtLogon;
    ULONG fConnectPrinterAtLogon;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG ShadowSettings;
    WCHAR LogonUserName[USERNAME_LENGTH + 1];
    WCHAR LogonDomain[DOMAIN_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
    WCHAR ApplicationName[MAX_PATH + 1];
} WTSCONFIGINFOW, *PWTSCONFIGINFOW;

typedef struct _WTSCONFIGINFOA {
    ULONG version;
    ULONG fConnectClientDrivesAtLogon;
    ULONG fConnectPrinterAtLogon;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG ShadowSettings;
    CHAR LogonUserName[USERNAME_LENGTH + 1];
    CHAR LogonDomain[DOMAIN_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
    CHAR ApplicationName[MAX_PATH + 1];
} WTSCONFIGINFOA, *PWTSCONFIGINFOA;

/* Bytes 2 to 5 hold an IPv4 address, 2 to 17 an IPv6 one; the first two may hold anything. */
typedef struct _WTS_CLIENT_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_CLIENT_ADDRESS, *PWTS_CLIENT_ADDRESS;

typedef struct _WTS_SESSION_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_SESSION_ADDRESS, *PWTS_SESSION_ADDRESS;

typedef struct _WTS_CLIENT_DISPLAY {
    DWORD HorizontalResolution;
    DWORD VerticalResolution;
    DWORD ColorDepth; /* a code: 4 is 16 bits per pixel, 16 is 15 */
} WTS_CLIENT_DISPLAY, *PWTS_CLIENT_DISPLAY;

typedef struct _WTS_PRODUCT_INFOW {
    WCHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH];
    WCHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH];
} PRODUCT_INFOW;

typedef struct _WTS_PRODUCT_INFOA {
    CHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH];
    CHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH];
} PRODUCT_INFOA;

typedef struct _WTS_VALIDATION_INFORMATIONW {
    PRODUCT_INFOW ProductInfo;
    BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH];
    DWORD LicenseLength;
    BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH];
    DWORD HardwareIDLength;
} WTS_VALIDATION_INFORMATIONW, *PWTS_VALIDATION_INFORMATIONW;

typedef struct _WTS_VALIDATION_INFORMATIONA {
    PRODUCT_INFOA ProductInfo;
    BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH];
    DWORD LicenseLength;
    BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH];
    DWORD HardwareIDLength;
} WTS_VALIDATION_INFORMATIONA, *PWTS_VALIDATION_INFORMATIONA;

DECLSPEC_IMPORT BOOL WINAPI WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                        LPWSTR *ppBuffer, DWORD *pBytesReturned);
DECLSPEC_IMPORT BOOL WINAPI WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                        LPSTR *ppBuffer, DWORD *pBytesReturned);

/* Exported, but in no header and no manual. The argument count is certain, the types are those of third parties. */
typedef BOOL(WINAPI *PFN_WTSSetSessionInformationW)(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                    LPWSTR pBuffer, DWORD DataLength);
typedef BOOL(WINAPI *PFN_WTSSetSessionInformationA)(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                    LPSTR pBuffer, DWORD DataLength);

/* ---- Processes --------------------------------------------------------------------------------------------------- */

#define WTS_PROCESS_INFO_LEVEL_0 0
#define WTS_PROCESS_INFO_LEVEL_1 1

typedef struct _WTS_PROCESS_INFOW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOW, *PWTS_PROCESS_INFOW;

typedef struct _WTS_PROCESS_INFOA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOA, *PWTS_PROCESS_INFOA;

typedef struct _WTS_PROCESS_INFO_EXW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXW, *PWTS_PROCESS_INFO_EXW;

typedef struct _WTS_PROCESS_INFO_EXA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXA, *PWTS_PROCESS_INFO_EXA;

DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                                   PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                                   PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount);
/* ppProcessInfo is typed as a string, but receives an array of the struct that belongs to the level. */
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId,
                                                     LPWSTR *ppProcessInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId,
                                                     LPSTR *ppProcessInfo, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode);

/* ---- Control of sessions and of the server ----------------------------------------------------------------------- */

/* Answers of WTSSendMessage besides those of MessageBox. IDTIMEOUT is in some versions of winuser.h. */
#if !defined(IDTIMEOUT)
#define IDTIMEOUT 32000
#endif
#if !defined(IDASYNC)
#define IDASYNC 32001
#endif

#define WTS_WSD_LOGOFF 0x00000001
#define WTS_WSD_SHUTDOWN 0x00000002
#define WTS_WSD_REBOOT 0x00000004
#define WTS_WSD_POWEROFF 0x00000008
#define WTS_WSD_FASTREBOOT 0x00000010

#define WTS_EVENT_NONE 0x00000000
#define WTS_EVENT_CREATE 0x00000001
#define WTS_EVENT_DELETE 0x00000002
#define WTS_EVENT_RENAME 0x00000004
#define WTS_EVENT_CONNECT 0x00000008
#define WTS_EVENT_DISCONNECT 0x00000010
#define WTS_EVENT_LOGON 0x00000020
#define WTS_EVENT_LOGOFF 0x00000040
#define WTS_EVENT_STATECHANGE 0x00000080
#define WTS_EVENT_LICENSE 0x00000100
#define WTS_EVENT_ALL 0x7FFFFFFF
#define WTS_EVENT_FLUSH 0x80000000

/* TitleLength and MessageLength are bytes in both forms, without the terminator. */
DECLSPEC_IMPORT BOOL WINAPI WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength,
                                            LPWSTR pMessage, DWORD MessageLength, DWORD Style, DWORD Timeout,
                                            DWORD *pResponse, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength,
                                            LPSTR pMessage, DWORD MessageLength, DWORD Style, DWORD Timeout,
                                            DWORD *pResponse, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSConnectSessionW(ULONG LogonId, ULONG TargetLogonId, PWSTR pPassword, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSConnectSessionA(ULONG LogonId, ULONG TargetLogonId, PSTR pPassword, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait);
DECLSPEC_IMPORT BOOL WINAPI WTSShutdownSystem(HANDLE hServer, DWORD ShutdownFlag);
DECLSPEC_IMPORT BOOL WINAPI WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags);

/* ---- Users ------------------------------------------------------------------------------------------------------- */

typedef enum _WTS_CONFIG_CLASS {
    WTSUserConfigInitialProgram = 0,
    WTSUserConfigWorkingDirectory = 1,
    WTSUserConfigfInheritInitialProgram = 2,
    WTSUserConfigfAllowLogonTerminalServer = 3,
    WTSUserConfigTimeoutSettingsConnections = 4,
    WTSUserConfigTimeoutSettingsDisconnections = 5,
    WTSUserConfigTimeoutSettingsIdle = 6,
    WTSUserConfigfDeviceClientDrives = 7,
    WTSUserConfigfDeviceClientPrinters = 8,
    WTSUserConfigfDeviceClientDefaultPrinter = 9,
    WTSUserConfigBrokenTimeoutSettings = 10,
    WTSUserConfigReconnectSettings = 11,
    WTSUserConfigModemCallbackSettings = 12,
    WTSUserConfigModemCallbackPhoneNumber = 13,
    WTSUserConfigShadowingSettings = 14,
    WTSUserConfigTerminalServerProfilePath = 15,
    WTSUserConfigTerminalServerHomeDir = 16,
    WTSUserConfigTerminalServerHomeDirDrive = 17,
    WTSUserConfigfTerminalServerRemoteHomeDir = 18,
    WTSUserConfigUser = 19
} WTS_CONFIG_CLASS;

typedef enum _WTS_CONFIG_SOURCE {
    WTSUserConfigSourceSAM = 0
} WTS_CONFIG_SOURCE;

typedef struct _WTSUSERCONFIGW {
    DWORD Source;
    DWORD InheritInitialProgram;
    DWORD AllowLogonTerminalServer;
    DWORD TimeoutSettingsConnections;
    DWORD TimeoutSettingsDisconnections;
    DWORD TimeoutSettingsIdle;
    DWORD DeviceClientDrives;
    DWORD DeviceClientPrinters;
    DWORD ClientDefaultPrinter;
    DWORD BrokenTimeoutSettings;
    DWORD ReconnectSettings;
    DWORD ShadowingSettings;
    DWORD TerminalServerRemoteHomeDir;
    WCHAR InitialProgram[MAX_PATH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR TerminalServerProfilePath[MAX_PATH + 1];
    WCHAR TerminalServerHomeDir[MAX_PATH + 1];
    WCHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1];
} WTSUSERCONFIGW, *PWTSUSERCONFIGW;

typedef struct _WTSUSERCONFIGA {
    DWORD Source;
    DWORD InheritInitialProgram;
    DWORD AllowLogonTerminalServer;
    DWORD TimeoutSettingsConnections;
    DWORD TimeoutSettingsDisconnections;
    DWORD TimeoutSettingsIdle;
    DWORD DeviceClientDrives;
    DWORD DeviceClientPrinters;
    DWORD ClientDefaultPrinter;
    DWORD BrokenTimeoutSettings;
    DWORD ReconnectSettings;
    DWORD ShadowingSettings;
    DWORD TerminalServerRemoteHomeDir;
    CHAR InitialProgram[MAX_PATH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR TerminalServerProfilePath[MAX_PATH + 1];
    CHAR TerminalServerHomeDir[MAX_PATH + 1];
    CHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1];
} WTSUSERCONFIGA, *PWTSUSERCONFIGA;

/* pServerName is a name, not a handle from WTSOpenServer. */
DECLSPEC_IMPORT BOOL WINAPI WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                                LPWSTR *ppBuffer, DWORD *pBytesReturned);
DECLSPEC_IMPORT BOOL WINAPI WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                                LPSTR *ppBuffer, DWORD *pBytesReturned);
DECLSPEC_IMPORT BOOL WINAPI WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                              LPWSTR pBuffer, DWORD DataLength);
DECLSPEC_IMPORT BOOL WINAPI WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                              LPSTR pBuffer, DWORD DataLength);
DECLSPEC_IMPORT BOOL WINAPI WTSQueryUserToken(ULONG SessionId, PHANDLE phToken);

/* ---- Listeners --------------------------------------------------------------------------------------------------- */

#define WTS_LISTENER_CREATE 0x00000001
#define WTS_LISTENER_UPDATE 0x00000010

typedef WCHAR WTSLISTENERNAMEW[WTS_LISTENER_NAME_LENGTH + 1];
typedef CHAR WTSLISTENERNAMEA[WTS_LISTENER_NAME_LENGTH + 1];
typedef WTSLISTENERNAMEW *PWTSLISTENERNAMEW;
typedef WTSLISTENERNAMEA *PWTSLISTENERNAMEA;

typedef struct _WTSLISTENERCONFIGW {
    ULONG version;
    ULONG fEnableListener;
    ULONG MaxConnectionCount;
    ULONG fPromptForPassword;
    ULONG fInheritColorDepth;
    ULONG ColorDepth;
    ULONG fInheritBrokenTimeoutSettings;
    ULONG BrokenTimeoutSettings;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDriveRedirection;
    ULONG fDisableComPortRedirection;
    ULONG fDisableLPTPortRedirection;
    ULONG fDisableClipboardRedirection;
    ULONG fDisableAudioRedirection;
    ULONG fDisablePNPRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG LanAdapter;
    ULONG PortNumber;
    ULONG fInheritShadowSettings;
    ULONG ShadowSettings;
    ULONG TimeoutSettingsConnection;
    ULONG TimeoutSettingsDisconnection;
    ULONG TimeoutSettingsIdle;
    ULONG SecurityLayer;
    ULONG MinEncryptionLevel;
    ULONG UserAuthentication;
    WCHAR Comment[WTS_COMMENT_LENGTH + 1];
    WCHAR LogonUserName[USERNAME_LENGTH + 1];
    WCHAR LogonDomain[DOMAIN_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
} WTSLISTENERCONFIGW, *PWTSLISTENERCONFIGW;

typedef struct _WTSLISTENERCONFIGA {
    ULONG version;
    ULONG fEnableListener;
    ULONG MaxConnectionCount;
    ULONG fPromptForPassword;
    ULONG fInheritColorDepth;
    ULONG ColorDepth;
    ULONG fInheritBrokenTimeoutSettings;
    ULONG BrokenTimeoutSettings;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDriveRedirection;
    ULONG fDisableComPortRedirection;
    ULONG fDisableLPTPortRedirection;
    ULONG fDisableClipboardRedirection;
    ULONG fDisableAudioRedirection;
    ULONG fDisablePNPRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG LanAdapter;
    ULONG PortNumber;
    ULONG fInheritShadowSettings;
    ULONG ShadowSettings;
    ULONG TimeoutSettingsConnection;
    ULONG TimeoutSettingsDisconnection;
    ULONG TimeoutSettingsIdle;
    ULONG SecurityLayer;
    ULONG MinEncryptionLevel;
    ULONG UserAuthentication;
    CHAR Comment[WTS_COMMENT_LENGTH + 1];
    CHAR LogonUserName[USERNAME_LENGTH + 1];
    CHAR LogonDomain[DOMAIN_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
} WTSLISTENERCONFIGA, *PWTSLISTENERCONFIGA;

/* pListeners is an array of fixed cells of 33 characters, not of pointers. */
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                   PWTSLISTENERNAMEW pListeners, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                   PWTSLISTENERNAMEA pListeners, DWORD *pCount);
DECLSPEC_IMPORT BOOL WINAPI WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPWSTR pListenerName, PWTSLISTENERCONFIGW pBuffer);
DECLSPEC_IMPORT BOOL WINAPI WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPSTR pListenerName, PWTSLISTENERCONFIGA pBuffer);
DECLSPEC_IMPORT BOOL WINAPI WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                               PWTSLISTENERCONFIGW pBuffer, DWORD flag);
DECLSPEC_IMPORT BOOL WINAPI WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                               PWTSLISTENERCONFIGA pBuffer, DWORD flag);
DECLSPEC_IMPORT BOOL WINAPI WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPWSTR pListenerName, SECURITY_INFORMATION SecurityInformation,
                                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
DECLSPEC_IMPORT BOOL WINAPI WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPSTR pListenerName, SECURITY_INFORMATION SecurityInformation,
                                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
DECLSPEC_IMPORT BOOL WINAPI WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPWSTR pListenerName, SECURITY_INFORMATION SecurityInformation,
                                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                                    LPDWORD lpnLengthNeeded);
DECLSPEC_IMPORT BOOL WINAPI WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                                    LPSTR pListenerName, SECURITY_INFORMATION SecurityInformation,
                                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                                    LPDWORD lpnLengthNeeded);

/* ---- Child sessions ---------------------------------------------------------------------------------------------- */

/* The SDK's prototypes lack WINAPI. On 64-bit targets there is only one calling convention. */
typedef BOOL(WINAPI *PFN_WTSEnableChildSessions)(BOOL bEnable);
typedef BOOL(WINAPI *PFN_WTSIsChildSessionsEnabled)(PBOOL pbEnabled);
typedef BOOL(WINAPI *PFN_WTSGetChildSessionId)(PULONG pSessionId);

/* ---- Remote control ---------------------------------------------------------------------------------------------- */

#define REMOTECONTROL_KBDSHIFT_HOTKEY 0x1
#define REMOTECONTROL_KBDCTRL_HOTKEY 0x2
#define REMOTECONTROL_KBDALT_HOTKEY 0x4

DECLSPEC_IMPORT BOOL WINAPI WTSStartRemoteControlSessionW(LPWSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                                          USHORT HotkeyModifiers);
DECLSPEC_IMPORT BOOL WINAPI WTSStartRemoteControlSessionA(LPSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                                          USHORT HotkeyModifiers);
DECLSPEC_IMPORT BOOL WINAPI WTSStopRemoteControlSession(ULONG LogonId);

/* ---- Notifications ----------------------------------------------------------------------------------------------- */

#define NOTIFY_FOR_THIS_SESSION 0
#define NOTIFY_FOR_ALL_SESSIONS 1

/* winuser.h has the codes of WM_WTSSESSION_CHANGE, but only that of the newest SDK has this one. */
#if !defined(WTS_SESSION_DESKTOP_READY)
#define WTS_SESSION_DESKTOP_READY 0xF
#endif

DECLSPEC_IMPORT BOOL WINAPI WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags);
DECLSPEC_IMPORT BOOL WINAPI WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags);
DECLSPEC_IMPORT BOOL WINAPI WTSUnRegisterSessionNotification(HWND hWnd);
DECLSPEC_IMPORT BOOL WINAPI WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd);

/* ---- Virtual channels, the server's side ------------------------------------------------------------------------- */

typedef enum _WTS_VIRTUAL_CLASS {
    WTSVirtualClientData = 0,
    WTSVirtualFileHandle = 1
} WTS_VIRTUAL_CLASS;

#define WTS_CHANNEL_OPTION_DYNAMIC 0x00000001
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_LOW 0x00000000
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_MED 0x00000002
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_HIGH 0x00000004
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL 0x00000006
#define WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS 0x00000008

/* Channel names are ANSI; there is no wide form. */
DECLSPEC_IMPORT HANDLE WINAPI WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName);
DECLSPEC_IMPORT HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelClose(HANDLE hChannelHandle);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                                                  PULONG pBytesRead);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length,
                                                   PULONG pBytesWritten);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE hChannelHandle);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle);
DECLSPEC_IMPORT BOOL WINAPI WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS VirtualClass,
                                                   PVOID *ppBuffer, DWORD *pBytesReturned);

/* ---- Render hints (wtshintapi.h), from Windows 8 on -------------------------------------------------------------- */

#define RENDER_HINT_CLEAR 0x0
#define RENDER_HINT_VIDEO 0x1
#define RENDER_HINT_MAPPEDWINDOW 0x2

/* The result is an HRESULT: there is no last error to read. */
typedef HRESULT(WINAPI *PFN_WTSSetRenderHint)(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                              DWORD cbHintDataLength, BYTE *pHintData);

/* ---- From build 26100 on (Windows 11 24H2, Server 2025) ---------------------------------------------------------- */

DECLARE_HANDLE(WTS_CLOUD_AUTH_HANDLE);

typedef struct _WTS_SERIALIZED_USER_CREDENTIAL {
    ULONG SerializationLength;
    BYTE *Serialization;
} WTS_SERIALIZED_USER_CREDENTIAL, *PWTS_SERIALIZED_USER_CREDENTIAL;

typedef BOOL(WINAPI *PFN_WTSActiveSessionExists)(PBOOL pbActiveSessionExists);
typedef WTS_CLOUD_AUTH_HANDLE(WINAPI *PFN_WTSCloudAuthOpen)(const GUID *activityId);
typedef VOID(WINAPI *PFN_WTSCloudAuthClose)(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle);
typedef BOOL(WINAPI *PFN_WTSCloudAuthGetServerNonce)(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce);
typedef BOOL(WINAPI *PFN_WTSCloudAuthConvertAssertionToSerializedUserCredential)(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
    WTS_SERIALIZED_USER_CREDENTIAL **userCredential);
typedef BOOL(WINAPI *PFN_WTSCloudAuthNetworkLogonWithSerializedCredential)(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, WTS_SERIALIZED_USER_CREDENTIAL *userCredential, HANDLE *token);
typedef BOOL(WINAPI *PFN_WTSCloudAuthDuplicateSerializedUserCredential)(
    const WTS_SERIALIZED_USER_CREDENTIAL *userCredential, WTS_SERIALIZED_USER_CREDENTIAL **duplicatedUserCredential);

/* ---- License server (mstlsapi.dll) ------------------------------------------------------------------------------- */

/* This DLL has neither header nor import library; the manual tells its users to declare all of this themselves. It says
 * TCHAR. Since no name has an A or W at its end, WCHAR is the likely reading, and the one taken here. */

typedef HANDLE TLS_HANDLE;

#define LSLICENSE_SEARCH_LICENSEID 0x00000001
#define LSLICENSE_SEARCH_KEYPACKID 0x00000002
#define LSLICENSE_SEARCH_MACHINENAME 0x00000008
#define LSLICENSE_SEARCH_USERNAME 0x00000010
#define LSLICENSE_SEARCH_ISSUEDATE 0x00000080
#define LSLICENSE_SEARCH_EXPIREDATE 0x00000100
#define LSLICENSE_SEARCH_NUMLICENSES 0x00000200
#define LSLICENSE_EXSEARCH_LICENSESTATUS 0x00100000
#define LSLICENSE_SEARCH_ENTRY_STATUS 0x20000000
#define LSKEYPACK_SEARCH_ALL 0xFFFFFFFF

/* Given through pdwErrCode, and only when the function itself returned 0 (RPC_S_OK). */
#define LSERVER_S_SUCCESS 0
#define LSERVER_I_NO_MORE_DATA 4001
#define TLS_W_SELFSIGN_CERTIFICATE 4007
#define TLS_W_TEMP_SELFSIGN_CERT 4009
#define LSERVER_E_INTERNAL_ERROR 5001
#define TLS_E_ACCESS_DENIED 5003
#define LSERVER_E_INVALID_HANDLE 5005
#define LSERVER_E_INVALID_SEQUENCE 5006
#define LSERVER_E_SERVER_BUSY 5007
#define TLS_E_ALLOCATE_HANDLE 5007
#define LSERVER_E_OUTOFMEMORY 5008
#define LSERVER_E_INVALID_DATA 5009
#define TLS_E_NO_CERTIFICATE 5022

typedef struct _LSKeyPack {
    DWORD dwVersion;
    UCHAR ucKeyPackType;
    WCHAR szCompanyName[256];
    WCHAR szKeyPackId[256];
    WCHAR szProductName[256];
    WCHAR szProductId[256];
    WCHAR szProductDesc[256];
    WORD wMajorVersion;
    WORD wMinorVersion;
    DWORD dwPlatformType;
    UCHAR ucLicenseType;
    DWORD dwLanguageId;
    UCHAR ucChannelOfPurchase;
    WCHAR szBeginSerialNumber[256];
    DWORD dwTotalLicenseInKeyPack;
    DWORD dwProductFlags;
    DWORD dwKeyPackId;
    UCHAR ucKeyPackStatus;
    DWORD dwActivateDate;
    DWORD dwExpirationDate;
    DWORD dwNumberOfLicenses;
} LSKeyPack, *LPLSKeyPack;

/* Three arrays follow (hardware id, machine and user name), and five more members. The lengths of the arrays are
 * published nowhere, so nothing after dwKeyPackId can be placed: Rest gives the DLL more room than it can need. */
typedef struct _LSLicense {
    DWORD dwVersion;
    DWORD dwLicenseId;
    DWORD dwKeyPackId;
    BYTE Rest[8192 - 12];
} LSLicense, *LPLSLicense;

typedef TLS_HANDLE(WINAPI *PFN_TLSConnectToLsServer)(LPWSTR pszLsServer);
typedef VOID(WINAPI *PFN_TLSDisconnectFromServer)(TLS_HANDLE hHandle);
typedef DWORD(WINAPI *PFN_TLSGetServerCertificate)(TLS_HANDLE hHandle, BOOL bSignCert, LPBYTE *ppbCertBlob,
                                                   LPDWORD lpdwCertBlobLen, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSKeyPackEnumBegin)(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll,
                                               LSKeyPack *lpSearchParm, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSKeyPackEnumNext)(TLS_HANDLE hHandle, LSKeyPack *lpKeyPack, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSKeyPackEnumEnd)(TLS_HANDLE hHandle, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSLicenseEnumBegin)(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll,
                                               LSLicense *lpSearchParm, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSLicenseEnumNext)(TLS_HANDLE hHandle, LSLicense *lpLicense, PDWORD pdwErrCode);
typedef DWORD(WINAPI *PFN_TLSLicenseEnumEnd)(TLS_HANDLE hHandle, PDWORD pdwErrCode);

/* ---- Undocumented exports ---------------------------------------------------------------------------------------- */

/* Known from public export dumps and from same-named functions of other DLLs: the argument counts are well attested,
 * the meaning of all but QueryUserToken (an alias of WTSQueryUserToken) is not. */
typedef BOOL(WINAPI *PFN_IsInteractiveUserSession)(ULONG SessionId);
typedef BOOL(WINAPI *PFN_QueryActiveSession)(PULONG SessionId);
typedef BOOL(WINAPI *PFN_QueryUserToken)(ULONG SessionId, PHANDLE phToken);
typedef BOOL(WINAPI *PFN_RegisterUsertokenForNoWinlogon)(VOID);

#if defined(__cplusplus)
}
#endif

#include "wtsfast_assert.h"

#define WTSFAST_SIZE WTSFAST_ASSERT_SIZE
#define WTSFAST_FIELD WTSFAST_ASSERT_FIELD
#include "wtsfast_layout.h"
#undef WTSFAST_SIZE
#undef WTSFAST_FIELD

#endif
