"""Desk: electronic identity (tài khoản định danh điện tử), levels 1 and 2."""
