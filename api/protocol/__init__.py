"""HTTP as Pakar speaks it: bounds, bearers, validators, problems."""
