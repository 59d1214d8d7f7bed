"""Reading one message: bytes become a frozen ``ParsedMessage``; nothing here knows a table."""
