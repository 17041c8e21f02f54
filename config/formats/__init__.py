"""Formats that Django's own Vietnamese ones lack."""
