/* The structures with text inside, in one of their two forms: rds.h includes this file once for W and once for A. */

typedef struct FORM(WTSINFO) {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
    CHARACTER WinStationName[WINSTATIONNAME_LENGTH];
    CHARACTER Domain[DOMAIN_LENGTH];
    CHARACTER UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} FORM(WTSINFO);

typedef struct FORM(WTSINFOEX_LEVEL1_) {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    CHARACTER WinStationName[WINSTATIONNAME_LENGTH + 1];
    CHARACTER UserName[USERNAME_LENGTH + 1];
    CHARACTER DomainName[DOMAIN_LENGTH + 1];
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
} FORM(WTSINFOEX_LEVEL1_);

typedef struct FORM(WTSINFOEX) {
    DWORD Level;
    FORM(WTSINFOEX_LEVEL1_) Data; /* the SDK has a union of one member here, at the same offset 8 */
} FORM(WTSINFOEX);

typedef struct FORM(WTSCLIENT) {
    CHARACTER ClientName[CLIENTNAME_LENGTH + 1];
    CHARACTER Domain[DOMAIN_LENGTH + 1];
    CHARACTER UserName[USERNAME_LENGTH + 1];
    CHARACTER WorkDirectory[MAX_PATH + 1];
    CHARACTER InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1]; /* USHORT in both forms */
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    CHARACTER ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    CHARACTER DeviceId[MAX_PATH + 1];
} FORM(WTSCLIENT);

typedef struct FORM(WTSCONFIGINFO) {
    ULONG version;
    ULONG fConnectClientDrivesAtLogon;
    ULONG fConnectPrinterAtLogon;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG ShadowSettings;
    CHARACTER LogonUserName[USERNAME_LENGTH + 1];
    CHARACTER LogonDomain[DOMAIN_LENGTH + 1];
    CHARACTER WorkDirectory[MAX_PATH + 1];
    CHARACTER InitialProgram[MAX_PATH + 1];
    CHARACTER ApplicationName[MAX_PATH + 1];
} FORM(WTSCONFIGINFO);

typedef struct FORM(WTSUSERCONFIG) {
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
    CHARACTER InitialProgram[MAX_PATH + 1];
    CHARACTER WorkDirectory[MAX_PATH + 1];
    CHARACTER TerminalServerProfilePath[MAX_PATH + 1];
    CHARACTER TerminalServerHomeDir[MAX_PATH + 1];
    CHARACTER TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1];
} FORM(WTSUSERCONFIG);

typedef struct FORM(PRODUCT_INFO) {
    CHARACTER CompanyName[256];
    CHARACTER ProductID[4];
} FORM(PRODUCT_INFO);

typedef struct FORM(WTS_VALIDATION_INFORMATION) {
    FORM(PRODUCT_INFO) ProductInfo;
    BYTE License[16384];
    DWORD LicenseLength;
    BYTE HardwareID[20];
    DWORD HardwareIDLength;
} FORM(WTS_VALIDATION_INFORMATION);

typedef struct FORM(WTSLISTENERCONFIG) { /* Channel notes 1 */
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
    CHARACTER Comment[WTS_COMMENT_LENGTH + 1];
    CHARACTER LogonUserName[USERNAME_LENGTH + 1];
    CHARACTER LogonDomain[DOMAIN_LENGTH + 1];
    CHARACTER WorkDirectory[MAX_PATH + 1];
    CHARACTER InitialProgram[MAX_PATH + 1];
} FORM(WTSLISTENERCONFIG);
