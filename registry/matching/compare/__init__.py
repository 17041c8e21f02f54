"""How two values compare: one file a kind of field, each level a named function, the first that holds is the level."""
