"""Desk: the first page for chiefs and supervisors; every number opens its list."""
