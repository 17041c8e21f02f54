"""registry: the people who live here, and the truth about them. Imports accounts."""
