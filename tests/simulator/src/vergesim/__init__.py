"""vergesim: a VergeOS in one process, for testing its clients."""

__version__ = "1.0.0.dev0"
