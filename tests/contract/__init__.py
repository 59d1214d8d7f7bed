"""The HTTP API against its own description: ``python -m tests.contract.run``."""
