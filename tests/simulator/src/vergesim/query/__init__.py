"""The platform's query language: filters, projections, sorting (docs/platform.md#2)."""
