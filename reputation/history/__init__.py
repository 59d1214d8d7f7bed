"""Standing and work month by month."""
