"""Sửa hàng loạt: the same fix over many findings, looked at line by line before, and taken back as one after."""
