"""The outermost floor: HTTP, pages, command line and the composition of ``serve``."""
