"""The matching engine (a later issue builds it): pure Python, no Django, no database, no clock."""
