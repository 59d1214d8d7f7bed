"""Read what a post's words say: thanks, solved, mentions, works. Uses no table and no array."""
