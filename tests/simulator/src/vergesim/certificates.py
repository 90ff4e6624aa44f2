"""The CA and the certificate of the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Where the files are."""

    ca: Path
    certificate: Path
    key: Path


def write_certificates(folder: Path, host: str) -> Certificates:
    """A new CA, and a certificate of it for the listening address, 127.0.0.1 and localhost.

    trustme gives the CA critical basicConstraints, keyCertSign and a subject key identifier, and the leaf an
    authority key identifier, which strict verification (Python 3.13) asks for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="vergesim")
    names = list(dict.fromkeys([host, "127.0.0.1", "localhost"]))
    leaf = authority.issue_cert(*names, common_name="localhost")
    files = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority.cert_pem.write_to_path(str(files.ca))
    leaf.cert_chain_pems[0].write_to_path(str(files.certificate))
    files.key.touch(mode=0o600)
    leaf.private_key_pem.write_to_path(str(files.key))
    return files
