"""Who will answer a question, told from who answered questions like it."""
