"""What the operating system offers: one file for each thing, each with its answer for Windows.

What is decided is pure and runs everywhere; what asks Windows stands behind `sys.platform`.
"""
