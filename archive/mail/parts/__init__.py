"""The parts of a message, and their content as text."""
