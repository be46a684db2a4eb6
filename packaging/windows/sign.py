"""Signs Windows programs where a certificate is at hand, and says so where none is.

    python packaging/windows/sign.py FILE...

The certificate comes by environment variables, so that no secret stands in a file or a command
line of this repository:

    PINGTREE_SIGN_PFX         path of a PKCS#12 file with certificate and key
    PINGTREE_SIGN_PASSWORD    its password
    PINGTREE_SIGN_TIMESTAMP   address of an RFC 3161 timestamp server (optional; ask for one in a
                              release, or signatures end with the certificate)

Signing needs `osslsigncode` on the path (Debian, Homebrew and MSYS2 have it).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PFX, PASSWORD, TIMESTAMP = (
    "PINGTREE_SIGN_PFX", "PINGTREE_SIGN_PASSWORD", "PINGTREE_SIGN_TIMESTAMP",
)  # fmt: skip
DESCRIPTION = "PingTree Desktop"


class CannotSign(Exception):
    """Signing was asked for and did not happen; the message says why."""


def is_wanted() -> bool:
    """Whether a certificate was named."""
    return bool(os.environ.get(PFX))


def sign(file: Path) -> bool:
    """Sign a program in place and check the result; False when no certificate was named.

    Raises CannotSign when one was named and the file is not signed afterwards.
    """
    if not is_wanted():
        return False
    pfx = Path(os.environ[PFX])
    if not pfx.is_file():
        raise CannotSign(f"{PFX} names {pfx}, and there is no such file.")
    tool = shutil.which("osslsigncode")
    if tool is None:
        raise CannotSign("osslsigncode is not installed (Debian: apt install osslsigncode).")
    signed = file.with_name(f"{file.name}.signed")
    signed.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # By file: a password among the arguments is seen by every process of the machine.
        password = Path(folder) / "password"
        password.touch(mode=0o600)
        password.write_text(os.environ.get(PASSWORD, ""), "utf-8")
        command = [tool, "sign", "-pkcs12", str(pfx), "-readpass", str(password), "-h", "sha256"]
        command += ["-n", DESCRIPTION]
        if os.environ.get(TIMESTAMP):
            command += ["-ts", os.environ[TIMESTAMP]]
        command += ["-in", str(file), "-out", str(signed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not signed.is_file():
        signed.unlink(missing_ok=True)
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise CannotSign(f"{file.name} was not signed: {said[-1] if said else 'no reason given'}.")
    shutil.copymode(file, signed)
    signed.replace(file)
    if not is_signed(file):
        raise CannotSign(f"{file.name} was signed, and its digest does not match afterwards.")
    return True


def is_signed(file: Path) -> bool:
    """Whether a program carries a signature whose digest is the file's own (not: whose)."""
    return bool(digests(file))


def digests(file: Path) -> str:
    """The digest that a program's signature and its content agree on, or an empty text."""
    report = signature_report(file)
    stated = _after(report, "Current message digest")
    found = _after(report, "Calculated message digest")
    return stated if stated and stated == found else ""


def signature_report(file: Path) -> str:
    """What osslsigncode says about a program's signature.  Raises CannotSign without the tool."""
    tool = shutil.which("osslsigncode")
    if tool is None:
        raise CannotSign("osslsigncode is not installed (Debian: apt install osslsigncode).")
    done = subprocess.run(
        [tool, "verify", "-in", str(file)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def _after(report: str, words: str) -> str:
    for line in report.splitlines():
        if line.startswith(words):
            return line.partition(":")[2].strip()
    return ""


def main(files: list[str]) -> int:
    for name in files:
        try:
            done = sign(Path(name))
        except CannotSign as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stderr.write(f"{'Signed' if done else 'Not signed (no certificate)'}: {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
