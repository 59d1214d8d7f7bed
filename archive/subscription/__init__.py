"""Joining and leaving lists by mail: what was asked, what was answered, where it stands."""
