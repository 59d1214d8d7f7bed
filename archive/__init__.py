"""The archive floor: knows mail and keeps it.

Nothing here imports ``reputation`` or ``api``.
"""
