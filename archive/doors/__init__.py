"""Mail comes in by SMTP or LMTP: who may, whole, and only then 250."""
