"""Mail that programs sent: two independent signs, or a field that only programs write."""
