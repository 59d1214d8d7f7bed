"""The doors take mail by SMTP and LMTP, and answer 250 once it is stored."""
