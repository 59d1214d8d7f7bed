"""What the lists talk about, and how much a thread is about it."""
