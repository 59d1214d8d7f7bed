"""Decide which addresses belong to one person: moderators' decisions first, then safe rules.

Start with ``update.py``, which updates the stored people; ``identity.py`` holds the
rules.
"""
