"""Appointments: slots, bookings, the list of a day."""
