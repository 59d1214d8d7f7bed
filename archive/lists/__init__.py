"""The lists the archive keeps, and by what names each is known."""
