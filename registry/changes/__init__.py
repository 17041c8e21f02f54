"""Work on the register with a paper behind it: received, previewed, applied in one step, kept before and after."""
