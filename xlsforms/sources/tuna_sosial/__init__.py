"""The SOP of children among the socially displaced (tuna sosial) and its instruments."""
