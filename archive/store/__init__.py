"""Store mail: prepare a message, decide whether it is a post, and write it once, byte for byte.

Start with ``store.py``.
"""
