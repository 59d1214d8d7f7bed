"""The top package: HTTP, pages, command line and ``pakar serve``.

Start with ``answers/``, which HTTP, pages and commands share.
"""
