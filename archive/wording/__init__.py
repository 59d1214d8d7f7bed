"""What errors say, in every language of readers: one file a language, one table a code."""
