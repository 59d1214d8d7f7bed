"""The forms in which past mail lies about: one module each."""
