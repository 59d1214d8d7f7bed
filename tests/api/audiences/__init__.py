"""What each audience is answered."""
