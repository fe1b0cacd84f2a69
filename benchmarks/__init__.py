"""How fast the connector is, as ratios against a bare client measured in the same run.

Every figure is taken from the unchanged connector as a process of its own, through what others see
of it: the command line, its callback socket, its socket to DATEV; over XMPP from its STARFACE room
alone, since all else is the same on every way. Nouns: a **route** is a way from the PBX to DATEV,
which the connector is one and the **bare client** another; a **block** is a run of measurements on
one route before the other has its turn, so that a machine that grows slower or busier does so for
both; a **figure** is what a run found out about one question.

These are benchmarks and no tests: nothing fails because a machine is slow.
"""
