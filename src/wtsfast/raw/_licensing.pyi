from typing import Literal, SupportsIndex, final

from wtsfast._handles import OwnedHandle
from wtsfast.raw._records import LSKeyPack, LSLicense

__all__ = [
    "LicenseServerHandle",
    "TLSConnectToLsServer",
    "TLSDisconnectFromServer",
    "TLSGetServerCertificate",
    "TLSKeyPackEnumBegin",
    "TLSKeyPackEnumEnd",
    "TLSKeyPackEnumNext",
    "TLSLicenseEnumBegin",
    "TLSLicenseEnumEnd",
    "TLSLicenseEnumNext",
]

@final
class LicenseServerHandle(OwnedHandle):
    @property
    def name(self) -> str | None: ...

def TLSConnectToLsServer(server_name: str | bytes | None = None) -> LicenseServerHandle: ...
def TLSDisconnectFromServer(license_server: LicenseServerHandle) -> None: ...
def TLSGetServerCertificate(
    license_server: LicenseServerHandle, signature_certificate: bool | Literal[0, 1]
) -> tuple[bytes, int]: ...
def TLSKeyPackEnumBegin(
    license_server: LicenseServerHandle,
    search_parameter: SupportsIndex,
    match_all: bool | Literal[0, 1],
    search: LSKeyPack | None,
) -> None: ...
def TLSKeyPackEnumNext(license_server: LicenseServerHandle) -> LSKeyPack | None: ...
def TLSKeyPackEnumEnd(license_server: LicenseServerHandle) -> None: ...
def TLSLicenseEnumBegin(
    license_server: LicenseServerHandle,
    search_parameter: SupportsIndex,
    match_all: bool | Literal[0, 1],
    search: LSLicense | None,
) -> None: ...
def TLSLicenseEnumNext(license_server: LicenseServerHandle) -> LSLicense | None: ...
def TLSLicenseEnumEnd(license_server: LicenseServerHandle) -> None: ...
