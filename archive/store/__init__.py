"""Keeping: a message is prepared, sorted and written once, byte for byte."""
