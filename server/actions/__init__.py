"""What changes things: one file per thing the office does, one transaction each."""
