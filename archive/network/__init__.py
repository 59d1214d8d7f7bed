"""The two services outside that an operator may allow: a mail relay and a DNS resolver."""
