"""Load the store as arrays: posts, their words, and the people whom they mention.

Start with ``reader.py``; ``posts.py`` describes the arrays.
"""
