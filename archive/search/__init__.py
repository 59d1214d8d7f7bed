"""Full-text search: a query in, a page of messages out. No other room uses tantivy.

Start with ``searcher.py``: every surface searches through it.
"""
