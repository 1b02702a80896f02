"""One file per migration: real rows from before it, carried over on both databases."""
