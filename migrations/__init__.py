"""Schema revisions; ``archive.migration`` runs them."""
