"""Past mail comes in, in every form it is kept in, and goes out again."""
