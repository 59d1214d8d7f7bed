"""What belongs together and who answers whom, in whatever order the messages came."""
