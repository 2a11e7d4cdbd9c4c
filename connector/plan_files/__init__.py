"""What a plan must hold and what its preparation asks, read from `mappings/rules` and `mappings/forms`."""
