"""values: the small things a record is made of (number, name, date, phone, address). Pure: no Django, no database, no
clock.
"""
