"""Histories, computed when they are read (API page 3.15, 8.2, FIXTURES)."""

from __future__ import annotations
