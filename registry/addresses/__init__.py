"""Desk: addresses by dated units. One typed line into its fields; what follows when a commune is renamed or divided.

Work and pages of its own, because a unit's successor moves residents, households and officers together, and the
residents desk writes one person at a time.
"""
