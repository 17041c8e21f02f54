"""Desk: signing in and out, the idle clock, the second factor, drafts that outlive a session."""
