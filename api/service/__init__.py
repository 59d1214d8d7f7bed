"""``pakar serve``: runs the doors, the HTTP service and the worker together.

Start with ``serve.py``.
"""
