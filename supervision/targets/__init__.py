"""Desk: what supervisors ask figures to reach (chỉ tiêu): setting, ending, and which one holds for whom."""
