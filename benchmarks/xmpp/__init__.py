"""How fast the connector is over XMPP, through a real server, against a bare client of its library.

Four processes: Prosody; the simulated PBX as its component; the connector's STARFACE room, without
store and DATEV; and a bare client. The last two are called **parties**. They have nothing to do
but what the process that measures orders, one at a time, so that none is in another's way. All
clocks are `perf_counter_ns`, which all processes of a machine share.
"""
