"""sample: invented residents to try the portal with. Nobody here is real; every choice comes from one seeded Random."""
