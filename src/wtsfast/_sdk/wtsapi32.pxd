# The Remote Desktop Services API as C declares it: wtsfast_sdk.h for Cython, by subject in the order of the manual.
#
# Constants are const DWORD and enum types plain DWORD, not Cython enums: half of the values do not fit a C int, and
# Windows returns values that no header knows yet. Only array lengths are enum members, since C wants constants there.
# The calling convention is left out, since 64-bit Windows has only one. Every function can be called without the GIL.

from wtsfast._sdk.windows cimport (
    BOOL,
    BYTE,
    CHAR,
    DWORD,
    GUID,
    HANDLE,
    HRESULT,
    HWND,
    LARGE_INTEGER,
    LONG,
    LPDWORD,
    LPSTR,
    LPWSTR,
    MAX_PATH,
    PBOOL,
    PCHAR,
    PCSTR,
    PCWSTR,
    PHANDLE,
    PSECURITY_DESCRIPTOR,
    PSID,
    PSTR,
    PULONG,
    PVOID,
    PWSTR,
    SECURITY_INFORMATION,
    UINT64,
    ULONG,
    USHORT,
    WCHAR,
)

cdef extern from "wtsfast_sdk.h":
    # ---- Common values ----

    const HANDLE WTS_CURRENT_SERVER
    const HANDLE WTS_CURRENT_SERVER_HANDLE
    const LPWSTR WTS_CURRENT_SERVER_NAME
    const DWORD WTS_CURRENT_SESSION
    const DWORD WTS_ANY_SESSION

    # Taken by WTSConnectSession. The manual names it, but the SDK's wtsapi32.h does not define it.
    const ULONG LOGONID_CURRENT

    enum:
        USERNAME_LENGTH
        CLIENTNAME_LENGTH
        CLIENTADDRESS_LENGTH
        WINSTATIONNAME_LENGTH
        DOMAIN_LENGTH
        MAX_ELAPSED_TIME_LENGTH
        MAX_DATE_TIME_LENGTH
        WTS_DRIVE_LENGTH
        WTS_LISTENER_NAME_LENGTH
        WTS_COMMENT_LENGTH
        PRODUCTINFO_COMPANYNAME_LENGTH
        PRODUCTINFO_PRODUCTID_LENGTH
        VALIDATIONINFORMATION_LICENSE_LENGTH
        VALIDATIONINFORMATION_HARDWAREID_LENGTH

    # Rights on a session or a listener.
    const DWORD WTS_SECURITY_QUERY_INFORMATION
    const DWORD WTS_SECURITY_SET_INFORMATION
    const DWORD WTS_SECURITY_RESET
    const DWORD WTS_SECURITY_VIRTUAL_CHANNELS
    const DWORD WTS_SECURITY_REMOTE_CONTROL
    const DWORD WTS_SECURITY_LOGON
    const DWORD WTS_SECURITY_LOGOFF
    const DWORD WTS_SECURITY_MESSAGE
    const DWORD WTS_SECURITY_CONNECT
    const DWORD WTS_SECURITY_DISCONNECT
    const DWORD WTS_SECURITY_GUEST_ACCESS
    const DWORD WTS_SECURITY_CURRENT_GUEST_ACCESS
    const DWORD WTS_SECURITY_USER_ACCESS

    # SET_INFORMATION | RESET | VIRTUAL_CHANNELS | LOGOFF | DISCONNECT. A number, because the SDK's macro lacks one of
    # the four '|' and is a syntax error wherever it is used; bindings generated from the SDK's metadata give 6.
    const DWORD WTS_SECURITY_CURRENT_USER_ACCESS

    # The standard rights and all of the above but LOGOFF, as in the SDK.
    const DWORD WTS_SECURITY_ALL_ACCESS

    # ---- Memory ----

    ctypedef DWORD WTS_TYPE_CLASS
    const DWORD WTSTypeProcessInfoLevel0
    const DWORD WTSTypeProcessInfoLevel1
    const DWORD WTSTypeSessionInfoLevel1
    const DWORD WTSTypeCloudAuthServerNonce
    const DWORD WTSTypeSerializedUserCredential

    void WTSFreeMemory(PVOID pMemory) noexcept nogil
    BOOL WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries) noexcept nogil
    BOOL WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries) noexcept nogil

    # ---- Servers ----

    ctypedef struct WTS_SERVER_INFOW:
        LPWSTR pServerName
    ctypedef WTS_SERVER_INFOW* PWTS_SERVER_INFOW

    ctypedef struct WTS_SERVER_INFOA:
        LPSTR pServerName
    ctypedef WTS_SERVER_INFOA* PWTS_SERVER_INFOA

    HANDLE WTSOpenServerW(LPWSTR pServerName) noexcept nogil
    HANDLE WTSOpenServerA(LPSTR pServerName) noexcept nogil
    HANDLE WTSOpenServerExW(LPWSTR pServerName) noexcept nogil
    HANDLE WTSOpenServerExA(LPSTR pServerName) noexcept nogil
    void WTSCloseServer(HANDLE hServer) noexcept nogil
    BOOL WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version, PWTS_SERVER_INFOW *ppServerInfo,
                              DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateServersA(LPSTR pDomainName, DWORD Reserved, DWORD Version, PWTS_SERVER_INFOA *ppServerInfo,
                              DWORD *pCount) noexcept nogil

    # ---- Sessions ----

    ctypedef DWORD WTS_CONNECTSTATE_CLASS
    const DWORD WTSActive
    const DWORD WTSConnected
    const DWORD WTSConnectQuery
    const DWORD WTSShadow
    const DWORD WTSDisconnected
    const DWORD WTSIdle
    const DWORD WTSListen
    const DWORD WTSReset
    const DWORD WTSDown
    const DWORD WTSInit

    ctypedef struct WTS_SESSION_INFOW:
        DWORD SessionId
        LPWSTR pWinStationName
        WTS_CONNECTSTATE_CLASS State
    ctypedef WTS_SESSION_INFOW* PWTS_SESSION_INFOW

    ctypedef struct WTS_SESSION_INFOA:
        DWORD SessionId
        LPSTR pWinStationName
        WTS_CONNECTSTATE_CLASS State
    ctypedef WTS_SESSION_INFOA* PWTS_SESSION_INFOA

    ctypedef struct WTS_SESSION_INFO_1W:
        DWORD ExecEnvId
        WTS_CONNECTSTATE_CLASS State
        DWORD SessionId
        LPWSTR pSessionName
        LPWSTR pHostName
        LPWSTR pUserName
        LPWSTR pDomainName
        LPWSTR pFarmName
    ctypedef WTS_SESSION_INFO_1W* PWTS_SESSION_INFO_1W

    ctypedef struct WTS_SESSION_INFO_1A:
        DWORD ExecEnvId
        WTS_CONNECTSTATE_CLASS State
        DWORD SessionId
        LPSTR pSessionName
        LPSTR pHostName
        LPSTR pUserName
        LPSTR pDomainName
        LPSTR pFarmName
    ctypedef WTS_SESSION_INFO_1A* PWTS_SESSION_INFO_1A

    BOOL WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_SESSION_INFOW *ppSessionInfo,
                               DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_SESSION_INFOA *ppSessionInfo,
                               DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter, PWTS_SESSION_INFO_1W *ppSessionInfo,
                                 DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter, PWTS_SESSION_INFO_1A *ppSessionInfo,
                                 DWORD *pCount) noexcept nogil

    # ---- One session's information ----

    ctypedef DWORD WTS_INFO_CLASS
    const DWORD WTSInitialProgram
    const DWORD WTSApplicationName
    const DWORD WTSWorkingDirectory
    const DWORD WTSOEMId
    const DWORD WTSSessionId
    const DWORD WTSUserName
    const DWORD WTSWinStationName
    const DWORD WTSDomainName
    const DWORD WTSConnectState
    const DWORD WTSClientBuildNumber
    const DWORD WTSClientName
    const DWORD WTSClientDirectory
    const DWORD WTSClientProductId
    const DWORD WTSClientHardwareId
    const DWORD WTSClientAddress
    const DWORD WTSClientDisplay
    const DWORD WTSClientProtocolType
    const DWORD WTSIdleTime
    const DWORD WTSLogonTime
    const DWORD WTSIncomingBytes
    const DWORD WTSOutgoingBytes
    const DWORD WTSIncomingFrames
    const DWORD WTSOutgoingFrames
    const DWORD WTSClientInfo
    const DWORD WTSSessionInfo
    const DWORD WTSSessionInfoEx
    const DWORD WTSConfigInfo
    const DWORD WTSValidationInfo
    const DWORD WTSSessionAddressV4
    const DWORD WTSIsRemoteSession
    const DWORD WTSSessionActivityId
    const DWORD WTSCapabilityCheck
    const DWORD WTS_PROTOCOL_TYPE_CONSOLE
    const DWORD WTS_PROTOCOL_TYPE_ICA
    const DWORD WTS_PROTOCOL_TYPE_RDP

    # Windows 7 and Server 2008 R2 give LOCK and UNLOCK with each other's value.
    const DWORD WTS_SESSIONSTATE_UNKNOWN
    const DWORD WTS_SESSIONSTATE_LOCK
    const DWORD WTS_SESSIONSTATE_UNLOCK

    ctypedef struct WTSINFOW:
        WTS_CONNECTSTATE_CLASS State
        DWORD SessionId
        DWORD IncomingBytes
        DWORD OutgoingBytes
        DWORD IncomingFrames
        DWORD OutgoingFrames
        DWORD IncomingCompressedBytes
        DWORD OutgoingCompressedBytes
        WCHAR WinStationName[WINSTATIONNAME_LENGTH]
        WCHAR Domain[DOMAIN_LENGTH]
        WCHAR UserName[USERNAME_LENGTH + 1]
        LARGE_INTEGER ConnectTime
        LARGE_INTEGER DisconnectTime
        LARGE_INTEGER LastInputTime
        LARGE_INTEGER LogonTime
        LARGE_INTEGER CurrentTime
    ctypedef WTSINFOW* PWTSINFOW

    ctypedef struct WTSINFOA:
        WTS_CONNECTSTATE_CLASS State
        DWORD SessionId
        DWORD IncomingBytes
        DWORD OutgoingBytes
        DWORD IncomingFrames
        DWORD OutgoingFrames
        DWORD IncomingCompressedBytes
        DWORD OutgoingCompressedBytes
        CHAR WinStationName[WINSTATIONNAME_LENGTH]
        CHAR Domain[DOMAIN_LENGTH]
        CHAR UserName[USERNAME_LENGTH + 1]
        LARGE_INTEGER ConnectTime
        LARGE_INTEGER DisconnectTime
        LARGE_INTEGER LastInputTime
        LARGE_INTEGER LogonTime
        LARGE_INTEGER CurrentTime
    ctypedef WTSINFOA* PWTSINFOA

    # Not WTSINFO with a level: other order, and other lengths of the three names.
    ctypedef struct WTSINFOEX_LEVEL1_W:
        ULONG SessionId
        WTS_CONNECTSTATE_CLASS SessionState
        LONG SessionFlags
        WCHAR WinStationName[WINSTATIONNAME_LENGTH + 1]
        WCHAR UserName[USERNAME_LENGTH + 1]
        WCHAR DomainName[DOMAIN_LENGTH + 1]
        LARGE_INTEGER LogonTime
        LARGE_INTEGER ConnectTime
        LARGE_INTEGER DisconnectTime
        LARGE_INTEGER LastInputTime
        LARGE_INTEGER CurrentTime
        DWORD IncomingBytes
        DWORD OutgoingBytes
        DWORD IncomingFrames
        DWORD OutgoingFrames
        DWORD IncomingCompressedBytes
        DWORD OutgoingCompressedBytes
    ctypedef WTSINFOEX_LEVEL1_W* PWTSINFOEX_LEVEL1_W

    ctypedef struct WTSINFOEX_LEVEL1_A:
        ULONG SessionId
        WTS_CONNECTSTATE_CLASS SessionState
        LONG SessionFlags
        CHAR WinStationName[WINSTATIONNAME_LENGTH + 1]
        CHAR UserName[USERNAME_LENGTH + 1]
        CHAR DomainName[DOMAIN_LENGTH + 1]
        LARGE_INTEGER LogonTime
        LARGE_INTEGER ConnectTime
        LARGE_INTEGER DisconnectTime
        LARGE_INTEGER LastInputTime
        LARGE_INTEGER CurrentTime
        DWORD IncomingBytes
        DWORD OutgoingBytes
        DWORD IncomingFrames
        DWORD OutgoingFrames
        DWORD IncomingCompressedBytes
        DWORD OutgoingCompressedBytes
    ctypedef WTSINFOEX_LEVEL1_A* PWTSINFOEX_LEVEL1_A

    ctypedef union WTSINFOEX_LEVEL_W:
        WTSINFOEX_LEVEL1_W WTSInfoExLevel1
    ctypedef WTSINFOEX_LEVEL_W* PWTSINFOEX_LEVEL_W

    ctypedef union WTSINFOEX_LEVEL_A:
        WTSINFOEX_LEVEL1_A WTSInfoExLevel1
    ctypedef WTSINFOEX_LEVEL_A* PWTSINFOEX_LEVEL_A

    ctypedef struct WTSINFOEXW:
        DWORD Level
        WTSINFOEX_LEVEL_W Data
    ctypedef WTSINFOEXW* PWTSINFOEXW

    ctypedef struct WTSINFOEXA:
        DWORD Level
        WTSINFOEX_LEVEL_A Data
    ctypedef WTSINFOEXA* PWTSINFOEXA

    ctypedef struct WTSCLIENTW:
        WCHAR ClientName[CLIENTNAME_LENGTH + 1]
        WCHAR Domain[DOMAIN_LENGTH + 1]
        WCHAR UserName[USERNAME_LENGTH + 1]
        WCHAR WorkDirectory[MAX_PATH + 1]
        WCHAR InitialProgram[MAX_PATH + 1]
        BYTE EncryptionLevel
        ULONG ClientAddressFamily
        USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1]
        USHORT HRes
        USHORT VRes
        USHORT ColorDepth
        WCHAR ClientDirectory[MAX_PATH + 1]
        ULONG ClientBuildNumber
        ULONG ClientHardwareId
        USHORT ClientProductId
        USHORT OutBufCountHost
        USHORT OutBufCountClient
        USHORT OutBufLength
        WCHAR DeviceId[MAX_PATH + 1]
    ctypedef WTSCLIENTW* PWTSCLIENTW

    ctypedef struct WTSCLIENTA:
        CHAR ClientName[CLIENTNAME_LENGTH + 1]
        CHAR Domain[DOMAIN_LENGTH + 1]
        CHAR UserName[USERNAME_LENGTH + 1]
        CHAR WorkDirectory[MAX_PATH + 1]
        CHAR InitialProgram[MAX_PATH + 1]
        BYTE EncryptionLevel
        ULONG ClientAddressFamily
        USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1]
        USHORT HRes
        USHORT VRes
        USHORT ColorDepth
        CHAR ClientDirectory[MAX_PATH + 1]
        ULONG ClientBuildNumber
        ULONG ClientHardwareId
        USHORT ClientProductId
        USHORT OutBufCountHost
        USHORT OutBufCountClient
        USHORT OutBufLength
        CHAR DeviceId[MAX_PATH + 1]
    ctypedef WTSCLIENTA* PWTSCLIENTA

    ctypedef struct WTSCONFIGINFOW:
        ULONG version
        ULONG fConnectClientDrivesAtLogon
        ULONG fConnectPrinterAtLogon
        ULONG fDisablePrinterRedirection
        ULONG fDisableDefaultMainClientPrinter
        ULONG ShadowSettings
        WCHAR LogonUserName[USERNAME_LENGTH + 1]
        WCHAR LogonDomain[DOMAIN_LENGTH + 1]
        WCHAR WorkDirectory[MAX_PATH + 1]
        WCHAR InitialProgram[MAX_PATH + 1]
        WCHAR ApplicationName[MAX_PATH + 1]
    ctypedef WTSCONFIGINFOW* PWTSCONFIGINFOW

    ctypedef struct WTSCONFIGINFOA:
        ULONG version
        ULONG fConnectClientDrivesAtLogon
        ULONG fConnectPrinterAtLogon
        ULONG fDisablePrinterRedirection
        ULONG fDisableDefaultMainClientPrinter
        ULONG ShadowSettings
        CHAR LogonUserName[USERNAME_LENGTH + 1]
        CHAR LogonDomain[DOMAIN_LENGTH + 1]
        CHAR WorkDirectory[MAX_PATH + 1]
        CHAR InitialProgram[MAX_PATH + 1]
        CHAR ApplicationName[MAX_PATH + 1]
    ctypedef WTSCONFIGINFOA* PWTSCONFIGINFOA

    # Bytes 2 to 5 hold an IPv4 address, 2 to 17 an IPv6 one; the first two may hold anything.
    ctypedef struct WTS_CLIENT_ADDRESS:
        DWORD AddressFamily
        BYTE Address[20]
    ctypedef WTS_CLIENT_ADDRESS* PWTS_CLIENT_ADDRESS

    ctypedef struct WTS_SESSION_ADDRESS:
        DWORD AddressFamily
        BYTE Address[20]
    ctypedef WTS_SESSION_ADDRESS* PWTS_SESSION_ADDRESS

    ctypedef struct WTS_CLIENT_DISPLAY:
        DWORD HorizontalResolution
        DWORD VerticalResolution
        DWORD ColorDepth
    ctypedef WTS_CLIENT_DISPLAY* PWTS_CLIENT_DISPLAY

    ctypedef struct PRODUCT_INFOW:
        WCHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH]
        WCHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH]

    ctypedef struct PRODUCT_INFOA:
        CHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH]
        CHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH]

    ctypedef struct WTS_VALIDATION_INFORMATIONW:
        PRODUCT_INFOW ProductInfo
        BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH]
        DWORD LicenseLength
        BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH]
        DWORD HardwareIDLength
    ctypedef WTS_VALIDATION_INFORMATIONW* PWTS_VALIDATION_INFORMATIONW

    ctypedef struct WTS_VALIDATION_INFORMATIONA:
        PRODUCT_INFOA ProductInfo
        BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH]
        DWORD LicenseLength
        BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH]
        DWORD HardwareIDLength
    ctypedef WTS_VALIDATION_INFORMATIONA* PWTS_VALIDATION_INFORMATIONA

    BOOL WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPWSTR *ppBuffer,
                                     DWORD *pBytesReturned) noexcept nogil
    BOOL WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPSTR *ppBuffer,
                                     DWORD *pBytesReturned) noexcept nogil

    # Exported, but in no header and no manual. The argument count is certain, the types are those of third parties.
    ctypedef BOOL (*PFN_WTSSetSessionInformationW)(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                   LPWSTR pBuffer, DWORD DataLength) noexcept nogil
    ctypedef BOOL (*PFN_WTSSetSessionInformationA)(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                                   LPSTR pBuffer, DWORD DataLength) noexcept nogil

    # ---- Processes ----

    const DWORD WTS_PROCESS_INFO_LEVEL_0
    const DWORD WTS_PROCESS_INFO_LEVEL_1

    ctypedef struct WTS_PROCESS_INFOW:
        DWORD SessionId
        DWORD ProcessId
        LPWSTR pProcessName
        PSID pUserSid
    ctypedef WTS_PROCESS_INFOW* PWTS_PROCESS_INFOW

    ctypedef struct WTS_PROCESS_INFOA:
        DWORD SessionId
        DWORD ProcessId
        LPSTR pProcessName
        PSID pUserSid
    ctypedef WTS_PROCESS_INFOA* PWTS_PROCESS_INFOA

    ctypedef struct WTS_PROCESS_INFO_EXW:
        DWORD SessionId
        DWORD ProcessId
        LPWSTR pProcessName
        PSID pUserSid
        DWORD NumberOfThreads
        DWORD HandleCount
        DWORD PagefileUsage
        DWORD PeakPagefileUsage
        DWORD WorkingSetSize
        DWORD PeakWorkingSetSize
        LARGE_INTEGER UserTime
        LARGE_INTEGER KernelTime
    ctypedef WTS_PROCESS_INFO_EXW* PWTS_PROCESS_INFO_EXW

    ctypedef struct WTS_PROCESS_INFO_EXA:
        DWORD SessionId
        DWORD ProcessId
        LPSTR pProcessName
        PSID pUserSid
        DWORD NumberOfThreads
        DWORD HandleCount
        DWORD PagefileUsage
        DWORD PeakPagefileUsage
        DWORD WorkingSetSize
        DWORD PeakWorkingSetSize
        LARGE_INTEGER UserTime
        LARGE_INTEGER KernelTime
    ctypedef WTS_PROCESS_INFO_EXA* PWTS_PROCESS_INFO_EXA

    BOOL WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_PROCESS_INFOW *ppProcessInfo,
                                DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_PROCESS_INFOA *ppProcessInfo,
                                DWORD *pCount) noexcept nogil

    # ppProcessInfo is typed as a string, but receives an array of the struct that belongs to the level.
    BOOL WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo,
                                  DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
                                  DWORD *pCount) noexcept nogil
    BOOL WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode) noexcept nogil

    # ---- Control of sessions and of the server ----

    # Answers of WTSSendMessage besides those of MessageBox. IDTIMEOUT is in some versions of winuser.h.
    const DWORD IDTIMEOUT
    const DWORD IDASYNC
    const DWORD WTS_WSD_LOGOFF
    const DWORD WTS_WSD_SHUTDOWN
    const DWORD WTS_WSD_REBOOT
    const DWORD WTS_WSD_POWEROFF
    const DWORD WTS_WSD_FASTREBOOT
    const DWORD WTS_EVENT_NONE
    const DWORD WTS_EVENT_CREATE
    const DWORD WTS_EVENT_DELETE
    const DWORD WTS_EVENT_RENAME
    const DWORD WTS_EVENT_CONNECT
    const DWORD WTS_EVENT_DISCONNECT
    const DWORD WTS_EVENT_LOGON
    const DWORD WTS_EVENT_LOGOFF
    const DWORD WTS_EVENT_STATECHANGE
    const DWORD WTS_EVENT_LICENSE
    const DWORD WTS_EVENT_ALL
    const DWORD WTS_EVENT_FLUSH

    # TitleLength and MessageLength are bytes in both forms, without the terminator.
    BOOL WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength, LPWSTR pMessage,
                         DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait) noexcept nogil
    BOOL WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength, LPSTR pMessage,
                         DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait) noexcept nogil
    BOOL WTSConnectSessionW(ULONG LogonId, ULONG TargetLogonId, PWSTR pPassword, BOOL bWait) noexcept nogil
    BOOL WTSConnectSessionA(ULONG LogonId, ULONG TargetLogonId, PSTR pPassword, BOOL bWait) noexcept nogil
    BOOL WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait) noexcept nogil
    BOOL WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait) noexcept nogil
    BOOL WTSShutdownSystem(HANDLE hServer, DWORD ShutdownFlag) noexcept nogil
    BOOL WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags) noexcept nogil

    # ---- Users ----

    ctypedef DWORD WTS_CONFIG_CLASS
    const DWORD WTSUserConfigInitialProgram
    const DWORD WTSUserConfigWorkingDirectory
    const DWORD WTSUserConfigfInheritInitialProgram
    const DWORD WTSUserConfigfAllowLogonTerminalServer
    const DWORD WTSUserConfigTimeoutSettingsConnections
    const DWORD WTSUserConfigTimeoutSettingsDisconnections
    const DWORD WTSUserConfigTimeoutSettingsIdle
    const DWORD WTSUserConfigfDeviceClientDrives
    const DWORD WTSUserConfigfDeviceClientPrinters
    const DWORD WTSUserConfigfDeviceClientDefaultPrinter
    const DWORD WTSUserConfigBrokenTimeoutSettings
    const DWORD WTSUserConfigReconnectSettings
    const DWORD WTSUserConfigModemCallbackSettings
    const DWORD WTSUserConfigModemCallbackPhoneNumber
    const DWORD WTSUserConfigShadowingSettings
    const DWORD WTSUserConfigTerminalServerProfilePath
    const DWORD WTSUserConfigTerminalServerHomeDir
    const DWORD WTSUserConfigTerminalServerHomeDirDrive
    const DWORD WTSUserConfigfTerminalServerRemoteHomeDir
    const DWORD WTSUserConfigUser

    ctypedef DWORD WTS_CONFIG_SOURCE
    const DWORD WTSUserConfigSourceSAM

    ctypedef struct WTSUSERCONFIGW:
        DWORD Source
        DWORD InheritInitialProgram
        DWORD AllowLogonTerminalServer
        DWORD TimeoutSettingsConnections
        DWORD TimeoutSettingsDisconnections
        DWORD TimeoutSettingsIdle
        DWORD DeviceClientDrives
        DWORD DeviceClientPrinters
        DWORD ClientDefaultPrinter
        DWORD BrokenTimeoutSettings
        DWORD ReconnectSettings
        DWORD ShadowingSettings
        DWORD TerminalServerRemoteHomeDir
        WCHAR InitialProgram[MAX_PATH + 1]
        WCHAR WorkDirectory[MAX_PATH + 1]
        WCHAR TerminalServerProfilePath[MAX_PATH + 1]
        WCHAR TerminalServerHomeDir[MAX_PATH + 1]
        WCHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1]
    ctypedef WTSUSERCONFIGW* PWTSUSERCONFIGW

    ctypedef struct WTSUSERCONFIGA:
        DWORD Source
        DWORD InheritInitialProgram
        DWORD AllowLogonTerminalServer
        DWORD TimeoutSettingsConnections
        DWORD TimeoutSettingsDisconnections
        DWORD TimeoutSettingsIdle
        DWORD DeviceClientDrives
        DWORD DeviceClientPrinters
        DWORD ClientDefaultPrinter
        DWORD BrokenTimeoutSettings
        DWORD ReconnectSettings
        DWORD ShadowingSettings
        DWORD TerminalServerRemoteHomeDir
        CHAR InitialProgram[MAX_PATH + 1]
        CHAR WorkDirectory[MAX_PATH + 1]
        CHAR TerminalServerProfilePath[MAX_PATH + 1]
        CHAR TerminalServerHomeDir[MAX_PATH + 1]
        CHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1]
    ctypedef WTSUSERCONFIGA* PWTSUSERCONFIGA

    # pServerName is a name, not a handle from WTSOpenServer.
    BOOL WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPWSTR *ppBuffer,
                             DWORD *pBytesReturned) noexcept nogil
    BOOL WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPSTR *ppBuffer,
                             DWORD *pBytesReturned) noexcept nogil
    BOOL WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPWSTR pBuffer,
                           DWORD DataLength) noexcept nogil
    BOOL WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPSTR pBuffer,
                           DWORD DataLength) noexcept nogil
    BOOL WTSQueryUserToken(ULONG SessionId, PHANDLE phToken) noexcept nogil

    # ---- Listeners ----

    const DWORD WTS_LISTENER_CREATE
    const DWORD WTS_LISTENER_UPDATE

    ctypedef WCHAR[WTS_LISTENER_NAME_LENGTH + 1] WTSLISTENERNAMEW
    ctypedef CHAR[WTS_LISTENER_NAME_LENGTH + 1] WTSLISTENERNAMEA
    ctypedef WTSLISTENERNAMEW* PWTSLISTENERNAMEW
    ctypedef WTSLISTENERNAMEA* PWTSLISTENERNAMEA

    ctypedef struct WTSLISTENERCONFIGW:
        ULONG version
        ULONG fEnableListener
        ULONG MaxConnectionCount
        ULONG fPromptForPassword
        ULONG fInheritColorDepth
        ULONG ColorDepth
        ULONG fInheritBrokenTimeoutSettings
        ULONG BrokenTimeoutSettings
        ULONG fDisablePrinterRedirection
        ULONG fDisableDriveRedirection
        ULONG fDisableComPortRedirection
        ULONG fDisableLPTPortRedirection
        ULONG fDisableClipboardRedirection
        ULONG fDisableAudioRedirection
        ULONG fDisablePNPRedirection
        ULONG fDisableDefaultMainClientPrinter
        ULONG LanAdapter
        ULONG PortNumber
        ULONG fInheritShadowSettings
        ULONG ShadowSettings
        ULONG TimeoutSettingsConnection
        ULONG TimeoutSettingsDisconnection
        ULONG TimeoutSettingsIdle
        ULONG SecurityLayer
        ULONG MinEncryptionLevel
        ULONG UserAuthentication
        WCHAR Comment[WTS_COMMENT_LENGTH + 1]
        WCHAR LogonUserName[USERNAME_LENGTH + 1]
        WCHAR LogonDomain[DOMAIN_LENGTH + 1]
        WCHAR WorkDirectory[MAX_PATH + 1]
        WCHAR InitialProgram[MAX_PATH + 1]
    ctypedef WTSLISTENERCONFIGW* PWTSLISTENERCONFIGW

    ctypedef struct WTSLISTENERCONFIGA:
        ULONG version
        ULONG fEnableListener
        ULONG MaxConnectionCount
        ULONG fPromptForPassword
        ULONG fInheritColorDepth
        ULONG ColorDepth
        ULONG fInheritBrokenTimeoutSettings
        ULONG BrokenTimeoutSettings
        ULONG fDisablePrinterRedirection
        ULONG fDisableDriveRedirection
        ULONG fDisableComPortRedirection
        ULONG fDisableLPTPortRedirection
        ULONG fDisableClipboardRedirection
        ULONG fDisableAudioRedirection
        ULONG fDisablePNPRedirection
        ULONG fDisableDefaultMainClientPrinter
        ULONG LanAdapter
        ULONG PortNumber
        ULONG fInheritShadowSettings
        ULONG ShadowSettings
        ULONG TimeoutSettingsConnection
        ULONG TimeoutSettingsDisconnection
        ULONG TimeoutSettingsIdle
        ULONG SecurityLayer
        ULONG MinEncryptionLevel
        ULONG UserAuthentication
        CHAR Comment[WTS_COMMENT_LENGTH + 1]
        CHAR LogonUserName[USERNAME_LENGTH + 1]
        CHAR LogonDomain[DOMAIN_LENGTH + 1]
        CHAR WorkDirectory[MAX_PATH + 1]
        CHAR InitialProgram[MAX_PATH + 1]
    ctypedef WTSLISTENERCONFIGA* PWTSLISTENERCONFIGA

    # pListeners is an array of fixed cells of 33 characters, not of pointers.
    BOOL WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved, PWTSLISTENERNAMEW pListeners,
                                DWORD *pCount) noexcept nogil
    BOOL WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved, PWTSLISTENERNAMEA pListeners,
                                DWORD *pCount) noexcept nogil
    BOOL WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                 PWTSLISTENERCONFIGW pBuffer) noexcept nogil
    BOOL WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                 PWTSLISTENERCONFIGA pBuffer) noexcept nogil
    BOOL WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                            PWTSLISTENERCONFIGW pBuffer, DWORD flag) noexcept nogil
    BOOL WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                            PWTSLISTENERCONFIGA pBuffer, DWORD flag) noexcept nogil
    BOOL WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                 SECURITY_INFORMATION SecurityInformation,
                                 PSECURITY_DESCRIPTOR pSecurityDescriptor) noexcept nogil
    BOOL WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                 SECURITY_INFORMATION SecurityInformation,
                                 PSECURITY_DESCRIPTOR pSecurityDescriptor) noexcept nogil
    BOOL WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                 SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                 DWORD nLength, LPDWORD lpnLengthNeeded) noexcept nogil
    BOOL WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                 SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                 DWORD nLength, LPDWORD lpnLengthNeeded) noexcept nogil

    # ---- Child sessions ----

    # The SDK's prototypes lack WINAPI. On 64-bit targets there is only one calling convention.
    ctypedef BOOL (*PFN_WTSEnableChildSessions)(BOOL bEnable) noexcept nogil
    ctypedef BOOL (*PFN_WTSIsChildSessionsEnabled)(PBOOL pbEnabled) noexcept nogil
    ctypedef BOOL (*PFN_WTSGetChildSessionId)(PULONG pSessionId) noexcept nogil

    # ---- Remote control ----

    const DWORD REMOTECONTROL_KBDSHIFT_HOTKEY
    const DWORD REMOTECONTROL_KBDCTRL_HOTKEY
    const DWORD REMOTECONTROL_KBDALT_HOTKEY

    BOOL WTSStartRemoteControlSessionW(LPWSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                       USHORT HotkeyModifiers) noexcept nogil
    BOOL WTSStartRemoteControlSessionA(LPSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                       USHORT HotkeyModifiers) noexcept nogil
    BOOL WTSStopRemoteControlSession(ULONG LogonId) noexcept nogil

    # ---- Notifications ----

    const DWORD NOTIFY_FOR_THIS_SESSION
    const DWORD NOTIFY_FOR_ALL_SESSIONS

    # winuser.h has the codes of WM_WTSSESSION_CHANGE, but only that of the newest SDK has this one.
    const DWORD WTS_SESSION_DESKTOP_READY

    BOOL WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags) noexcept nogil
    BOOL WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags) noexcept nogil
    BOOL WTSUnRegisterSessionNotification(HWND hWnd) noexcept nogil
    BOOL WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd) noexcept nogil

    # ---- Virtual channels, the server's side ----

    ctypedef DWORD WTS_VIRTUAL_CLASS
    const DWORD WTSVirtualClientData
    const DWORD WTSVirtualFileHandle
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC_PRI_LOW
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC_PRI_MED
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC_PRI_HIGH
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL
    const DWORD WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS

    # Channel names are ANSI; there is no wide form.
    HANDLE WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName) noexcept nogil
    HANDLE WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags) noexcept nogil
    BOOL WTSVirtualChannelClose(HANDLE hChannelHandle) noexcept nogil
    BOOL WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                               PULONG pBytesRead) noexcept nogil
    BOOL WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten) noexcept nogil
    BOOL WTSVirtualChannelPurgeInput(HANDLE hChannelHandle) noexcept nogil
    BOOL WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle) noexcept nogil
    BOOL WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS VirtualClass, PVOID *ppBuffer,
                                DWORD *pBytesReturned) noexcept nogil

    # ---- Render hints (wtshintapi.h), from Windows 8 on ----

    const DWORD RENDER_HINT_CLEAR
    const DWORD RENDER_HINT_VIDEO
    const DWORD RENDER_HINT_MAPPEDWINDOW

    # The result is an HRESULT: there is no last error to read.
    ctypedef HRESULT (*PFN_WTSSetRenderHint)(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                             DWORD cbHintDataLength, BYTE *pHintData) noexcept nogil

    # ---- From build 26100 on (Windows 11 24H2, Server 2025) ----

    ctypedef HANDLE WTS_CLOUD_AUTH_HANDLE

    ctypedef struct WTS_SERIALIZED_USER_CREDENTIAL:
        ULONG SerializationLength
        BYTE *Serialization
    ctypedef WTS_SERIALIZED_USER_CREDENTIAL* PWTS_SERIALIZED_USER_CREDENTIAL

    ctypedef BOOL (*PFN_WTSActiveSessionExists)(PBOOL pbActiveSessionExists) noexcept nogil
    ctypedef WTS_CLOUD_AUTH_HANDLE (*PFN_WTSCloudAuthOpen)(const GUID *activityId) noexcept nogil
    ctypedef void (*PFN_WTSCloudAuthClose)(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle) noexcept nogil
    ctypedef BOOL (*PFN_WTSCloudAuthGetServerNonce)(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
                                                    PWSTR *serverNonce) noexcept nogil
    ctypedef BOOL (*PFN_WTSCloudAuthConvertAssertionToSerializedUserCredential)(
        WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
        WTS_SERIALIZED_USER_CREDENTIAL **userCredential) noexcept nogil
    ctypedef BOOL (*PFN_WTSCloudAuthNetworkLogonWithSerializedCredential)(
        WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, WTS_SERIALIZED_USER_CREDENTIAL *userCredential,
        HANDLE *token) noexcept nogil
    ctypedef BOOL (*PFN_WTSCloudAuthDuplicateSerializedUserCredential)(
        const WTS_SERIALIZED_USER_CREDENTIAL *userCredential,
        WTS_SERIALIZED_USER_CREDENTIAL **duplicatedUserCredential) noexcept nogil

    # ---- Undocumented exports ----

    # Known from public export dumps and from same-named functions of other DLLs: the argument counts are well attested,
    # the meaning of all but QueryUserToken (an alias of WTSQueryUserToken) is not.
    ctypedef BOOL (*PFN_IsInteractiveUserSession)(ULONG SessionId) noexcept nogil
    ctypedef BOOL (*PFN_QueryActiveSession)(PULONG SessionId) noexcept nogil
    ctypedef BOOL (*PFN_QueryUserToken)(ULONG SessionId, PHANDLE phToken) noexcept nogil
    ctypedef BOOL (*PFN_RegisterUsertokenForNoWinlogon)() noexcept nogil
