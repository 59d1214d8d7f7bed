"""The ``pakar`` command line: one module per group of commands.

Start with ``application.py``, which registers them.
"""

from __future__ import annotations


def main() -> None:
    """Entry point of the ``pakar`` script.

    The import is inside the function because the worker processes of an import load
    this package again but need none of it.
    """
    from api.commands.application import run

    run()
