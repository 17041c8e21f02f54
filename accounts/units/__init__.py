"""Desk: provinces and communes, dated; loading and finding them."""
