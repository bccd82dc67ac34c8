"""The functions that a wheel may ask of Windows: each is there from Windows 8.1 on.

A name that one of these DLLs lacks makes the whole module refuse to load, on the oldest Windows only, where nobody
tests. So a new name is added by hand, after a look at its page in the SDK's documentation. Newer functions are looked
up at run time instead (wtsfast.raw._runtime).
"""

import re

# Any function of these: Python's own C runtime, the one that mingw uses, and Python itself.
FREE = re.compile(r"api-ms-win-crt-[a-z]+-l1-1-0\.dll|vcruntime140(_1)?\.dll|msvcrt\.dll|python3\d+t?\.dll")

_BOTH = """
    WTSConnectSession WTSCreateListener WTSEnumerateListeners WTSEnumerateProcesses WTSEnumerateProcessesEx
    WTSEnumerateServers WTSEnumerateSessions WTSEnumerateSessionsEx WTSFreeMemoryEx WTSGetListenerSecurity
    WTSOpenServer WTSOpenServerEx WTSQueryListenerConfig WTSQuerySessionInformation WTSQueryUserConfig
    WTSSendMessage WTSSetListenerSecurity WTSSetUserConfig WTSStartRemoteControlSession
""".split()

ALLOWED = {
    # Those up to Windows 7; each text function in both of its forms.
    "wtsapi32.dll": {
        *(name + form for name in _BOTH for form in "AW"),
        *"""
            WTSCloseServer WTSDisconnectSession WTSFreeMemory WTSLogoffSession WTSQueryUserToken
            WTSRegisterSessionNotification WTSRegisterSessionNotificationEx WTSShutdownSystem
            WTSStopRemoteControlSession WTSTerminateProcess WTSUnRegisterSessionNotification
            WTSUnRegisterSessionNotificationEx WTSVirtualChannelClose WTSVirtualChannelOpen WTSVirtualChannelOpenEx
            WTSVirtualChannelPurgeInput WTSVirtualChannelPurgeOutput WTSVirtualChannelQuery WTSVirtualChannelRead
            WTSVirtualChannelWrite WTSWaitSystemEvent
        """.split(),
    },
    "kernel32.dll": {
        # The package's own.
        *"""
            CloseHandle CompareStringOrdinal CreateEventW CreateSemaphoreW CreateThread DuplicateHandle FormatMessageW
            GetCurrentProcess GetCurrentProcessId GetLastError GetModuleHandleA GetModuleHandleW GetProcAddress
            GetProcessHeap GetProcessTimes GetSystemTimePreciseAsFileTime GetTickCount64 HeapValidate LoadLibraryExA
            LoadLibraryExW LocalFree MultiByteToWideChar OpenProcess ProcessIdToSessionId QueryPerformanceCounter
            QueryPerformanceFrequency ReleaseSemaphore ResetEvent SetEvent SetLastError Sleep
            WTSGetActiveConsoleSessionId WaitForMultipleObjects WaitForSingleObject WideCharToMultiByte
        """.split(),
        # What the compilers' start-up code asks for.
        *"""
            DeleteCriticalSection DisableThreadLibraryCalls EnterCriticalSection GetCurrentThreadId GetStartupInfoW
            GetSystemTimeAsFileTime InitializeCriticalSection InitializeSListHead IsDebuggerPresent
            IsProcessorFeaturePresent LeaveCriticalSection RtlCaptureContext RtlLookupFunctionEntry RtlVirtualUnwind
            SetUnhandledExceptionFilter TerminateProcess TlsGetValue UnhandledExceptionFilter VirtualProtect
            VirtualQuery
        """.split(),
    },
    "advapi32.dll": set(
        """
            ConvertSidToStringSidW ConvertStringSidToSidW EqualSid GetLengthSid GetSecurityDescriptorLength
            GetTokenInformation IsValidSecurityDescriptor IsValidSid LookupAccountSidW OpenProcessToken
        """.split()
    ),
}
