"""Full-text search: words in, messages out; the only room that knows tantivy."""
