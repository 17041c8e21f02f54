"""accounts: who works here, where, with what right, and what they did. Imports no other app."""
