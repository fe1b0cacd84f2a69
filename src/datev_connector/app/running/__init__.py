"""The running connector: wiring, the headless stream, one instance a profile.

Nouns: **wiring** builds all rooms from settings and is the only place that knows every concrete
class; the **stream** words news as JSON lines and reads commands; the **instance lock** keeps a
second connector off a profile.
"""
