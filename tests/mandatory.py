"""What the gate demands of the machine, read before the tests clean the environment."""

from __future__ import annotations

import os

MANDATORY = frozenset(
    part
    for part in ("BROWSER", "MAIL_SERVER", "LIST_MANAGERS")
    if os.environ.get(f"PAKAR_REQUIRE_{part}", "") not in ("", "0")
)
"""Parts whose want is a failure (the gate), not a reason to skip (a laptop)."""
