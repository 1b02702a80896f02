"""Sources of the workbooks: one file per instrument, shared blocks written once."""
