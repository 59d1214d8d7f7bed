"""S: who is recognised on a topic, how surely, and because of which posts."""
