"""The bottom package: reads mail and keeps it.

Nothing here imports ``reputation`` or ``api``.
"""
