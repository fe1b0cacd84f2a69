"""What a person in the office sees: tray, call windows, journal, dialler, settings, diagnosis.

Windows hold no rule of their own. They show what the desk says and send what the user does, through
the ports of `ports.py`; everything here belongs to the thread of Qt.
"""
