"""The support bundle: what helps the vendor, in one file, with nothing personal in it.

Nouns: a **stand-in** takes the place of a number, name, note or id, the same one for the same text
all over one bundle, and nothing in it tells what it stands for; the **recording** is the inputs
that the call desk took, with stand-ins; **known personal texts** are hidden wherever else they may
turn up. `replay` plays a recording on a desk of its own, and
`python -m` with the name of this package does so for whoever looks for a fault.
"""
