"""How Pakar uses HTTP: limits, tokens, caching and errors, apart from what is answered.

Start with ``guard.py``, which every request passes first.
"""
