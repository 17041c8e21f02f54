"""Settings: base.py says what is true everywhere; the other files hold only differences."""
