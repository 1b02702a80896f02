"""The SOP of children in conflict with the law (ABH) and its instruments."""
