"""``pakar evaluate``: the command, and its figures as tables, JSON, plot and TREC files."""
