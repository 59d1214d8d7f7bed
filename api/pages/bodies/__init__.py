"""The body of a message as a reader sees it: prose flows, everything else stays as it was sent."""
