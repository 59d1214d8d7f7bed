"""Join and leave lists by mail: requests, answers to list managers, and the state reached.

Start with ``operations.py`` for what the operator does, ``correspondence.py`` for what
happens by itself.
"""
