"""The workbooks as offices edit them, and the reviewable text they are built from."""
