"""The desk "Việc nền": long work over everybody of a commune, planned, watched, stopped and let go on."""
