"""DATEV's telephony by COM: what this system must offer to, and ask of, DATEV on Windows.

Pure: `ids`, `hresults`, `standings`, `ole_date`, `fields`, `link`, `times`. The rest is for Windows
only and is imported there alone.
"""
