"""Tests about the whole: the import rule, the pins, the settings, the documents, kills under load."""
