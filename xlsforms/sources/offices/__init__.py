"""The offices, one file each."""
