"""Makes the installer for Windows (MSI) on Linux: `python -m installer`, or `make msi`.

    making.py       from the sources to the MSI
    layout.py       the folder as it will be installed
      python        scripts/windows_python, packages by scripts/windows_wheels.py
      trimming.py   what of it is not needed
      compiling.py  sources to byte code
      launchers.py  the two programs that a person or Windows starts
      licences.py, sbom.py   whose work it is, and what is in it
    package.py      layout to MSI
      tree.py       a component for each file, known by its path for ever
      product.wxs   everything else that is installed or done
      tables.py     what the compiler of product.wxs cannot say
      stamps.py     the same bytes from the same sources
    signing.py      signatures

docs/installation.md says what the installer does; docs/decisions say why it is made so.
"""
