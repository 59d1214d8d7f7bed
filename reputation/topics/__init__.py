"""Find what the lists talk about, and how much each thread is about it.

Start with ``topicality.py`` for queries, ``renewal.py`` for suggested topics.
"""
