"""Other hosts: the relay that takes outgoing mail, and DNS."""
