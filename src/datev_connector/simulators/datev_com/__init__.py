"""DATEV's telephony as a Windows process in the Running Object Table, to try the connector against.

Written from the interface descriptions. `contract`, `ole_date`, `properties`, `manners`, `orders`,
`memory`, `judge` and `console` are pure and run anywhere; the rest is COM. The rules are those of
`simulators.datev`: one checker judges both stand-ins.

`python -m datev_connector.simulators.datev_com` reads orders as JSON lines from standard input and
writes answers and events as JSON lines to standard output; `orders` says what there is.
"""
