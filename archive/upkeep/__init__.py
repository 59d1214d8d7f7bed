"""Maintenance of a store: reread its mail, verify it, check late signatures, remove a list."""
