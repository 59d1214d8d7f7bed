"""The store as arrays: posts, their words, whom they name."""
