"""Small stand-ins for what Windows builds are made of: programs with a version, a certificate."""

from __future__ import annotations

import datetime as dt
import shutil
import struct
from pathlib import Path

import product
import pytest

needs_makensis = pytest.mark.skipif(
    shutil.which("makensis") is None, reason="NSIS is not installed (apt install nsis)"
)
needs_osslsigncode = pytest.mark.skipif(
    shutil.which("osslsigncode") is None, reason="osslsigncode is not installed"
)


def version_strings(**strings: str) -> bytes:
    """The String structures of a version resource, as Windows lays them out."""
    data = b""
    for key, text in strings.items():
        name, value = f"{key}\0".encode("utf-16-le"), f"{text}\0".encode("utf-16-le")
        padding = b"\0" * (-(6 + len(name)) % 4)
        size = 6 + len(name) + len(padding) + len(value)
        part = struct.pack("<HHH", size, len(text) + 1, 1) + name + padding + value
        data += part + b"\0" * (-len(part) % 4)
    return data


def program(version: str) -> bytes:
    """What passes for a program where only its version resource is read."""
    return b"MZ" + b"\0" * 62 + version_strings(FileVersion=version, ProductVersion=version)


def frozen_for_windows(folder: Path, version: str) -> Path:
    """A frozen folder with two programs and a few files, in the freezer's layout."""
    (folder / "_internal" / "PySide6" / "plugins").mkdir(parents=True)
    for name in product.program_files("win32"):
        (folder / name).write_bytes(program(version))
    (folder / "_internal" / "base_library.zip").write_bytes(b"library")
    (folder / "_internal" / "a $name with spaces.txt").write_bytes(b"dollar")
    (folder / "_internal" / "PySide6" / "plugins" / "q.dll").write_bytes(b"plugin")
    return folder


def certificate(file: Path, password: str) -> Path:
    """A throwaway certificate for signing code, with its key, as PKCS#12."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A throwaway signer")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"signer", key, made, None, BestAvailableEncryption(password.encode())
        )
    )
    return file
