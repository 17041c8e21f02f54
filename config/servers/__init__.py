"""The servers that come from wheels: PostgreSQL and Redis, their home, their processes. embedded.py is the door."""
