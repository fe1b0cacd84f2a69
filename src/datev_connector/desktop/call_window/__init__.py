"""The window of each call: who it is, a note, and the DATEV button.

`windows.CallWindows` keeps one for every call and is all that the rest of the desktop needs.
"""
