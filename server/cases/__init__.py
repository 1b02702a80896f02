"""Linking submissions to cases, matching, timeline. Pure."""
