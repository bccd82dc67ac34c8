/* WTSUSERCONFIG in one of its forms: user_config.c includes this file once for W and once for A (API notes 3.2, 5). */

static void FORM(fill_user)(FORM(WTSUSERCONFIG) * user, const ACCOUNT *account)
{
    const DWORD *number = account->number;
    WCHAR *const *text = account->text;
    memset(user, 0, sizeof(*user));
    user->InheritInitialProgram = number[WTSUserConfigfInheritInitialProgram];
    user->AllowLogonTerminalServer = number[WTSUserConfigfAllowLogonTerminalServer];
    user->TimeoutSettingsConnections = number[WTSUserConfigTimeoutSettingsConnections];
    user->TimeoutSettingsDisconnections = number[WTSUserConfigTimeoutSettingsDisconnections];
    user->TimeoutSettingsIdle = number[WTSUserConfigTimeoutSettingsIdle];
    user->DeviceClientDrives = number[WTSUserConfigfDeviceClientDrives];
    user->DeviceClientPrinters = number[WTSUserConfigfDeviceClientPrinters];
    user->ClientDefaultPrinter = number[WTSUserConfigfDeviceClientDefaultPrinter];
    user->BrokenTimeoutSettings = number[WTSUserConfigBrokenTimeoutSettings];
    user->ReconnectSettings = number[WTSUserConfigReconnectSettings];
    user->ShadowingSettings = number[WTSUserConfigShadowingSettings];
    user->TerminalServerRemoteHomeDir = number[WTSUserConfigfTerminalServerRemoteHomeDir];
#define PUT(member, info_class) FORM(put_text)(user->member, ARRAYSIZE(user->member), text[info_class])
    PUT(InitialProgram, WTSUserConfigInitialProgram);
    PUT(WorkDirectory, WTSUserConfigWorkingDirectory);
    PUT(TerminalServerProfilePath, WTSUserConfigTerminalServerProfilePath);
    PUT(TerminalServerHomeDir, WTSUserConfigTerminalServerHomeDir);
    PUT(TerminalServerHomeDirDrive, WTSUserConfigTerminalServerHomeDirDrive);
#undef PUT
}

/* TerminalServerRemoteHomeDir cannot be set, through the structure neither (API notes 2.16). */
static void FORM(take_user)(ACCOUNT *account, const FORM(WTSUSERCONFIG) * user)
{
    DWORD *number = account->number;
    number[WTSUserConfigfInheritInitialProgram] = user->InheritInitialProgram;
    number[WTSUserConfigfAllowLogonTerminalServer] = user->AllowLogonTerminalServer;
    number[WTSUserConfigTimeoutSettingsConnections] = user->TimeoutSettingsConnections;
    number[WTSUserConfigTimeoutSettingsDisconnections] = user->TimeoutSettingsDisconnections;
    number[WTSUserConfigTimeoutSettingsIdle] = user->TimeoutSettingsIdle;
    number[WTSUserConfigfDeviceClientDrives] = user->DeviceClientDrives;
    number[WTSUserConfigfDeviceClientPrinters] = user->DeviceClientPrinters;
    number[WTSUserConfigfDeviceClientDefaultPrinter] = user->ClientDefaultPrinter;
    number[WTSUserConfigBrokenTimeoutSettings] = user->BrokenTimeoutSettings;
    number[WTSUserConfigReconnectSettings] = user->ReconnectSettings;
    number[WTSUserConfigShadowingSettings] = user->ShadowingSettings;
#define TAKE(member, info_class) FORM(take_text)(&account->text[info_class], user->member, ARRAYSIZE(user->member))
    TAKE(InitialProgram, WTSUserConfigInitialProgram);
    TAKE(WorkDirectory, WTSUserConfigWorkingDirectory);
    TAKE(TerminalServerProfilePath, WTSUserConfigTerminalServerProfilePath);
    TAKE(TerminalServerHomeDir, WTSUserConfigTerminalServerHomeDir);
    TAKE(TerminalServerHomeDirDrive, WTSUserConfigTerminalServerHomeDirDrive);
#undef TAKE
}
