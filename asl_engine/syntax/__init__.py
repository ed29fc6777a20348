"""What may be written: the States Language's fields as tables, and one walker that reads a definition by them.

`grammar` is read beside the specification; `kinds` says what a value of each kind looks like; `reading` walks and
reports. Nothing here compares two states with each other: that is `analysis`.
"""
