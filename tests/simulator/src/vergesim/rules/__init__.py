"""What the platform does beside storing rows: one file for each table or state machine."""
