"""Pakar's tests, one folder a floor."""
