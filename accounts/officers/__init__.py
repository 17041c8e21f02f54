"""Desk: officers' accounts, kept by the administrator in Django admin."""
