"""Predict who will answer a question, from who answered similar questions.

Start with ``matcher.py``.
"""
