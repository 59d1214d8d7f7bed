"""``pakar evaluate``: its figures, tables, plot and TREC files."""
