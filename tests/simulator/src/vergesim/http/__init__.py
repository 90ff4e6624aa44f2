"""The simulator over HTTPS."""
