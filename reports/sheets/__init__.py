"""Recaps as workbooks: values in, bytes out. Their fixed words come from whoever asks, by key."""
