"""Group messages into threads and find who answers whom, in whatever order mail arrives.

Start with ``update.py``, which brings the stored threads up to date; ``placement.py``
holds the rule.
"""
