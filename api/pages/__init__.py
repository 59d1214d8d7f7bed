"""The pages: HTML rendered on the server, usable without JavaScript, in Indonesian and English.

Start with ``registration.py``, which lists the pages, and ``site.py``, which renders
them.
"""
