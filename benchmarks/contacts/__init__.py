"""How fast the contact index is, how fast it is filled, and how little memory it holds.

Every side is a process of its own that has nothing to do but what the process that measures orders:
our store with its look-up; OpenLDAP's `slapd` with a client; and what a program would do that keeps
all numbers in its memory. A **size** is a count of numbers; nine of them belong to five contacts.
"""
