"""Lists that leave the portal as files."""
