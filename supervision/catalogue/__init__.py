"""Every figure, section by section: what it counts, its definition and where that comes from."""
