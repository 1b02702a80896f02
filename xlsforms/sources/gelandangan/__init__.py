"""The SOP of homeless people and beggars found in raids (Kota Banjar) and its instruments."""
