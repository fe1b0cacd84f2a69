"""DATEV as the connector meets it: telephony over the simulator link.

`SimulatorLink` (link.py) keeps one TCP connection, carries notifications to DATEV and `Dial` and
`Drop` back; wire.py turns records into lines; presence.py words how the leg is doing.
The contract of the calls themselves (permitted chains, fields) is the domain's.
"""
