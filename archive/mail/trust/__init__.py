"""Judges how far the From of a message is trusted."""
