"""A certificate for this machine's own address, made anew for each run and thrown away after it."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where chain and key lie. The chain is the certificate itself, which signs itself."""

    chain: Path
    key: Path

    @staticmethod
    def make(folder: Path) -> "Certificate | None":
        """Makes a certificate with the `openssl` command; None when there is none, and TLS is then not measured."""
        if shutil.which("openssl") is None:
            return None
        made = Certificate(folder / "certificate.pem", folder / "key.pem")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-out", str(made.chain), "-keyout", str(made.key)]
        done = subprocess.run(["openssl", "req", "-x509", *curve, *name, *files], capture_output=True)  # noqa: PLW1510, S607
        return made if done.returncode == 0 else None
