"""Desk "Tình trạng hệ thống": how much waits, what failed, what runs. Of people it says nothing."""
