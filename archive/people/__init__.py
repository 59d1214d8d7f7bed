"""Which addresses are one person, by decisions first and safe rules then."""
