"""Vietnamese formats of numbers and dates."""
