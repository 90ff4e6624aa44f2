"""The platform's query language: filters, projections, sorting (API page 2)."""
