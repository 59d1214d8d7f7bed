"""Answers that only the operator gets."""
