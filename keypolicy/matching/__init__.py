"""What one element of a policy means, in isolation: pure functions over small values."""
