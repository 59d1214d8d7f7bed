"""Measure how good the rankings are, on the archive itself and against outside judgements.

Start with ``protocol.py``.
"""
