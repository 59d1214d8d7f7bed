"""The reputation floor: judges what the archive keeps.

Imports ``archive``; never ``api``.
"""
