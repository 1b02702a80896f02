"""The only place that starts processes: a function or the Java validator in a child with limits.

A workbook or a letter is written by others; what reads it may eat memory, hang or crash. A child has
its own memory, CPU, file and wall limits (ruling 52), sees none of our environment, and is always
reaped. `functions` runs one, `streams` feeds one piece after another, `inside` is what runs in the child,
`children` starts and ends them; `books` and `odk_validate` are what forms need of them.
"""
