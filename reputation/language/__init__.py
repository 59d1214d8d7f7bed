"""What a post's words say: thanks, solved, mentions, works; knows no table and no array."""
