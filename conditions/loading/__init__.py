"""Read a condition's files, check everything, and name file, line and field of each fault. No database."""
