"""Run by the Windows Python: each .py below a folder becomes a .pyc in its place.

    compile_modules.py FOLDER PACKAGE...

Modules of the named packages keep asserts and docstrings. The byte code names its source by its
path in the folder, holds no dates and is the same each time.
"""

from __future__ import annotations

import gc
import sys
from importlib.util import MAGIC_NUMBER, source_hash
from marshal import dumps
from pathlib import Path

UNCHECKED_HASH = (1).to_bytes(4, "little")


def main() -> None:
    """Compile all, in one order."""
    folder, whole = Path(sys.argv[1]), frozenset(sys.argv[2:])
    gc.disable()
    count = 0
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder)
        compile_module(file, name.as_posix(), optimise=0 if name.parts[0] in whole else 2)
        count += 1
    print(f"{count} modules compiled by Python {sys.version.split()[0]}")


def compile_module(file: Path, name: str, *, optimise: int) -> None:
    """Put byte code in the place of one source."""
    source = file.read_bytes()
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimise)
    content = MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source) + dumps(code)
    file.with_suffix(".pyc").write_bytes(content)
    file.unlink()


if __name__ == "__main__":
    main()
