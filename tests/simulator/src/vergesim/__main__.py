"""`python -m vergesim`."""

from vergesim.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
