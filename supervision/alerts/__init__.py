"""Desk: communes that fall behind (cảnh báo): found every night, read on home pages, dashboards and a list."""

from supervision.alerts.finding import find_all, find_in
from supervision.alerts.reading import open_for, said

__all__ = ["find_all", "find_in", "open_for", "said"]
