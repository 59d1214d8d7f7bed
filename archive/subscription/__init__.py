"""Subscribing to real lists: what their managers write, and what the archive answers."""
