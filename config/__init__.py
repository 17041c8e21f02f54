"""config: the wiring. It knows every app and no police work."""
