"""One whole state of all rankings, computed and published at once."""
