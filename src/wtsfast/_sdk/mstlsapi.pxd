# The client of the license server, mstlsapi.dll: all resolved at run time, from a DLL that few machines have.

from wtsfast._sdk.windows cimport BOOL, BYTE, DWORD, HANDLE, LPBYTE, LPDWORD, LPWSTR, PDWORD, UCHAR, WCHAR, WORD

cdef extern from "wtsfast_sdk.h":
    ctypedef HANDLE TLS_HANDLE

    const DWORD LSLICENSE_SEARCH_LICENSEID
    const DWORD LSLICENSE_SEARCH_KEYPACKID
    const DWORD LSLICENSE_SEARCH_MACHINENAME
    const DWORD LSLICENSE_SEARCH_USERNAME
    const DWORD LSLICENSE_SEARCH_ISSUEDATE
    const DWORD LSLICENSE_SEARCH_EXPIREDATE
    const DWORD LSLICENSE_SEARCH_NUMLICENSES
    const DWORD LSLICENSE_EXSEARCH_LICENSESTATUS
    const DWORD LSLICENSE_SEARCH_ENTRY_STATUS
    const DWORD LSKEYPACK_SEARCH_ALL

    # Given through pdwErrCode, and only when the function itself returned 0 (RPC_S_OK).
    const DWORD LSERVER_S_SUCCESS
    const DWORD LSERVER_I_NO_MORE_DATA
    const DWORD TLS_W_SELFSIGN_CERTIFICATE
    const DWORD TLS_W_TEMP_SELFSIGN_CERT
    const DWORD LSERVER_E_INTERNAL_ERROR
    const DWORD TLS_E_ACCESS_DENIED
    const DWORD LSERVER_E_INVALID_HANDLE
    const DWORD LSERVER_E_INVALID_SEQUENCE
    const DWORD LSERVER_E_SERVER_BUSY
    const DWORD TLS_E_ALLOCATE_HANDLE
    const DWORD LSERVER_E_OUTOFMEMORY
    const DWORD LSERVER_E_INVALID_DATA
    const DWORD TLS_E_NO_CERTIFICATE

    ctypedef struct LSKeyPack:
        DWORD dwVersion
        UCHAR ucKeyPackType
        WCHAR szCompanyName[256]
        WCHAR szKeyPackId[256]
        WCHAR szProductName[256]
        WCHAR szProductId[256]
        WCHAR szProductDesc[256]
        WORD wMajorVersion
        WORD wMinorVersion
        DWORD dwPlatformType
        UCHAR ucLicenseType
        DWORD dwLanguageId
        UCHAR ucChannelOfPurchase
        WCHAR szBeginSerialNumber[256]
        DWORD dwTotalLicenseInKeyPack
        DWORD dwProductFlags
        DWORD dwKeyPackId
        UCHAR ucKeyPackStatus
        DWORD dwActivateDate
        DWORD dwExpirationDate
        DWORD dwNumberOfLicenses

    # Only the three leading members have known places.
    ctypedef struct LSLicense:
        DWORD dwVersion
        DWORD dwLicenseId
        DWORD dwKeyPackId
        BYTE Rest[8192 - 12]

    ctypedef TLS_HANDLE (*PFN_TLSConnectToLsServer)(LPWSTR pszLsServer) noexcept nogil
    ctypedef void (*PFN_TLSDisconnectFromServer)(TLS_HANDLE hHandle) noexcept nogil
    ctypedef DWORD (*PFN_TLSGetServerCertificate)(TLS_HANDLE hHandle, BOOL bSignCert, LPBYTE *ppbCertBlob,
                                                  LPDWORD lpdwCertBlobLen, PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSKeyPackEnumBegin)(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll,
                                              LSKeyPack *lpSearchParm, PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSKeyPackEnumNext)(TLS_HANDLE hHandle, LSKeyPack *lpKeyPack,
                                             PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSKeyPackEnumEnd)(TLS_HANDLE hHandle, PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSLicenseEnumBegin)(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll,
                                              LSLicense *lpSearchParm, PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSLicenseEnumNext)(TLS_HANDLE hHandle, LSLicense *lpLicense,
                                             PDWORD pdwErrCode) noexcept nogil
    ctypedef DWORD (*PFN_TLSLicenseEnumEnd)(TLS_HANDLE hHandle, PDWORD pdwErrCode) noexcept nogil
