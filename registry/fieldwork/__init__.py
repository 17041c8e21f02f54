"""Desk: going out (Đi cơ sở). Field sheets on paper and in Excel, what came back, and whom to visit this month."""
