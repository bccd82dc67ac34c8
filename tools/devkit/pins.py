"""What the test bed downloads: names, versions and checksums. Python packages are pinned in tools/locks/."""

PYTHONS = {
    "3.11": (
        "org.bytedeco:cpython:3.11.3-1.5.9:jar:windows-x86_64",
        "3263a50b256447bb7b9e604d6587627e419891370fc33b94469e6a06ff4de834",
    ),
    "3.13": (
        "org.bytedeco:cpython:3.13.5-1.5.12:jar:windows-x86_64",
        "cfe5502ffa7ea369be707b6d88bf68344732a7800450665080fb4267c01bfeae",
    ),
    "3.14": (
        "org.bytedeco:cpython:3.14.3-1.5.13:jar:windows-x86_64",
        "3291bf3d8f405335ac21dbe55780521fdfd295b0f9f43f7e6e8c55bedd709cb3",
    ),
}
PYTHON_FOLDER = "org/bytedeco/cpython/windows-x86_64/"

C_RUNTIME = (
    "org.bytedeco:javacpp:1.5.12:jar:windows-x86_64",
    "282ac3f7a9296fa1184af490a1e56386e511775d41a675967d33746afc72103d",
)
C_RUNTIME_FOLDER = "org/bytedeco/javacpp/windows-x86_64/"
C_RUNTIME_FILES = ("ucrtbase.dll", "msvcp140", "vcruntime140", "concrt140.dll")
