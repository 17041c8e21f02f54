"""Desk: residence procedures. Register, renew, strike out, be away, come back (Luật Cư trú 2020; facts.md 3.1)."""
