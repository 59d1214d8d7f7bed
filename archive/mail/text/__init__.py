"""Whose words each line of a text is: the author's, quoted, an attribution, a footer."""
