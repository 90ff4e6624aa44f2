"""Link this checkout into the interpreter's site-packages, where its ansible finds the collection from any folder."""

from __future__ import annotations

import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> None:
    link = Path(sysconfig.get_path("purelib"), "ansible_collections", "vergeio", "vrg")
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    link.symlink_to(CHECKOUT, target_is_directory=True)


if __name__ == "__main__":
    main()
