"""supervision: the view from above. Reads everything, writes nothing but its own snapshots."""
