"""DATEV master data by DATEV's own service on this machine (Stammdatendienst, SDD).

The service can be read by programs for .NET Framework only, so a little one of ours (the reader,
`sdd_reader/`) asks it and writes what it gets as lines; here it is started, watched and read.
"""
