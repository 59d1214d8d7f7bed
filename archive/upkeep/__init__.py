"""What a store needs over the years: reading anew, checking, late signatures, removing a list."""
