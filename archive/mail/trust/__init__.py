"""How far the From of a message is trusted: signatures, results, and the verdict on both."""
