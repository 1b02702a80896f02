"""Door for people: server-rendered pages."""
