"""The matching engine (docs/matching.md): pure Python, no Django, no database, no clock."""
