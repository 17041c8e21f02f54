"""What a file consists of, and the scans of its papers."""
