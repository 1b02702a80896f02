"""What leaves the office on paper: values in, bytes (PDF, XLSX, SVG) out.

Nothing here knows a database, the network or a file outside this folder.
"""
