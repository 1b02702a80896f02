"""What an instrument is: workbooks and XML in, typed values out.

Nothing here knows a database, Flask, a socket, a process or the clock.
"""
