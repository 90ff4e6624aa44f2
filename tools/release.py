"""What is published beside the artifact: a list of what it stands on, checksums, and signatures; each is then used.

    python tools/release.py [--key KEY]

KEY is a secret key of the caller's GnuPG, which asks for its passphrase. Without one a key is made and thrown away: the
steps are tried, and what they signed is worth nothing. Files are left in build/release.

The signature that ansible-galaxy asks for is one of MANIFEST.json, which holds the checksum of FILES.json, and that
those of all files: https://docs.ansible.com/ansible/latest/collections_guide/collections_verifying.html
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from package import built, check, completed, only, packages, read, run
from sanity import COPY, ROOT, copy_tracked_files

BUILD = ROOT / "build/release"
#: What the collection needs where it runs, and nothing else, for the list of it.
NEEDED = ROOT / "build/needed"
TOOLS = ROOT / "build/sbom"
THROWN_AWAY = "vergeio.vrg trial <trial@vrg.example.com>"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key", help="the secret key to sign with; without one, a key that is thrown away")
    key = parser.parse_args().key
    copy_tracked_files()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    version = read(COPY / "galaxy.yml")["version"]
    artifact = built(version, BUILD)
    bill = listed(version)
    with tempfile.TemporaryDirectory(prefix="vrg-gpg-") as home:
        own = key is None
        if own:
            os.environ["GNUPGHOME"] = home
            key = THROWN_AWAY
            gpg("--passphrase", "", "--quick-generate-key", key, "ed25519", "sign", "1d")
        manifest = BUILD / "MANIFEST.json"
        with tarfile.open(artifact) as archive, archive.extractfile("MANIFEST.json") as inner:  # type: ignore[union-attr]
            manifest.write_bytes(inner.read())
        sums = BUILD / "SHA256SUMS"
        published = (artifact, bill)
        sums.write_text("".join(f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in published))
        for text in (manifest, sums):
            gpg("--local-user", key, "--armor", "--detach-sign", text)
        (BUILD / "public.asc").write_text(gpg("--armor", "--export", key))
        try_it(artifact, manifest)
        if own:
            # Its agent waits for more to sign.
            subprocess.run(["gpgconf", "--kill", "all"], check=True)
    print(f"ok: {', '.join(sorted(path.name for path in BUILD.iterdir()))}")
    return 0


def listed(version: str) -> Path:
    """A CycloneDX list of the packages that the collection runs with, by the tool of that standard."""
    packages(NEEDED, "-r", ROOT / "meta/ee-requirements.txt")
    packages(TOOLS, "cyclonedx-bom")
    bill = BUILD / f"vergeio-vrg-{version}.cdx.json"
    told = ("--output-reproducible", "--output-format", "JSON", "--output-file", bill)
    run("cyclonedx-py", "environment", *told, NEEDED / "bin/python", tools=TOOLS / "bin")
    content = json.loads(bill.read_text())
    # The tool lists an environment; what that is of, it cannot know.
    content["metadata"]["component"] = {
        **{"type": "library", "group": "vergeio", "name": "vrg", "version": version, "bom-ref": "vergeio.vrg"},
        "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
    }
    bill.write_text(json.dumps(content, indent=2) + "\n")
    names = {component["name"] for component in content["components"]}
    what = f"{bill.name} lists pyvergeos and what it needs, {len(names)} packages"
    check(what, {"pyvergeos", "requests", "urllib3"} <= names, names)
    return bill


def try_it(artifact: Path, manifest: Path) -> None:
    """Install it and have it verified, as a user would; a wrong signature, key or file is refused."""
    signature = f"{manifest}.asc"
    with tempfile.TemporaryDirectory(prefix="vrg-release-") as place:
        folder = Path(place)
        ring = folder / "ring.kbx"
        gpg("--no-default-keyring", "--keyring", ring, "--import", BUILD / "public.asc")
        install = ("ansible-galaxy", "collection", "install", "--offline", "-p", folder, artifact)
        run(*install, cwd=folder, variables=only(folder))
        told = verified(folder, ring, signature)
        check("ansible-galaxy verifies what it has installed by the signature", told is None, told)
        told = verified(folder, ring, BUILD / "SHA256SUMS.asc")
        check("the signature of another file is refused", told is not None, told)
        told = verified(folder, folder / "empty.kbx", signature)
        check("a signature by a key that is not known is refused", told is not None, told)
        with (folder / "ansible_collections/vergeio/vrg/README.md").open("a") as text:
            text.write("changed\n")
        told = verified(folder, ring, signature)
        check("a file that was changed is found", "README.md" in (told or ""), told)


def verified(folder: Path, ring: Path, signature: object) -> str | None:
    """None if what is installed is what was signed, or what ansible-galaxy says instead."""
    verify = ("ansible-galaxy", "collection", "verify", "--offline", "vergeio.vrg")
    by = ("--required-valid-signature-count", "+1", "--keyring", ring, "--signature", f"file://{signature}")
    told = completed(*verify, *by, cwd=folder, variables=only(folder))
    return None if told.returncode == 0 else told.stdout + told.stderr


def gpg(*arguments: object) -> str:
    """What gpg printed. It asks for a passphrase itself, if the key has one."""
    command = ["gpg", "--batch", "--yes", "--quiet", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
