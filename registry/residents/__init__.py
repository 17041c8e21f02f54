"""Desk: register, correct, confirm, search, the record page. The only writers of Resident."""
