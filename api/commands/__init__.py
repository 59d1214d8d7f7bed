"""The ``pakar`` command line: one module a group of commands."""

from __future__ import annotations


def main() -> None:
    """Entry point of the ``pakar`` script.

    The import stands here because processes that an import spawns load this
    package again and need none of it.
    """
    from api.commands.application import run

    run()
