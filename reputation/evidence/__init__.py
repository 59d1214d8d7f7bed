"""The ledger: what each post showed about whom."""
