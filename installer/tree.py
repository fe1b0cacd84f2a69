"""Every file of the layout as a component of its own, for the compiler of product.wxs.

A component is known to Windows Installer by its id. It is made from the path, so that it is the
same in every version: an upgrade finds the file again, a repair puts back just this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5
from xml.sax.saxutils import quoteattr

COMPONENTS = UUID("6b1d7a0e-5f0c-4d6a-9c39-0f4c6d1d2b7a")
"""Never changed: every component id comes from it."""
ROOT_FOLDER = "INSTALLDIR"


def component_id(path: str) -> str:
    """The id of the component of a file, by its path in the installation."""
    return str(uuid5(COMPONENTS, path.lower())).upper()


def name_of(kind: str, path: str) -> str:
    """The name of a row of the database: `F` file, `C` component, `D` folder."""
    return f"{kind}{sha256(path.lower().encode()).hexdigest()[:24].upper()}"


def fragment(layout: Path) -> str:
    """The source text that names every file below `layout`."""
    files = [
        file.relative_to(layout).as_posix() for file in sorted(layout.rglob("*")) if file.is_file()
    ]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">',
            f'<Fragment><DirectoryRef Id="{ROOT_FOLDER}">',
            *_folder(layout, layout),
            "</DirectoryRef></Fragment>",
            '<Fragment><ComponentGroup Id="Files">',
            *(f'<ComponentRef Id="{name_of("C", file)}"/>' for file in files),
            "</ComponentGroup></Fragment>",
            "</Wix>",
            "",
        )
    )


def _folder(folder: Path, layout: Path) -> Iterator[str]:
    inside = sorted(folder.iterdir())
    for file in inside:
        if file.is_file():
            yield _file(file, file.relative_to(layout).as_posix())
    for below in inside:
        if below.is_dir():
            path = below.relative_to(layout).as_posix()
            yield f'<Directory Id="{name_of("D", path)}" Name={quoteattr(below.name)}>'
            yield from _folder(below, layout)
            yield "</Directory>"


def _file(file: Path, path: str) -> str:
    return (
        f'<Component Id="{name_of("C", path)}" Guid="{component_id(path)}" Win64="yes">'
        f'<File Id="{name_of("F", path)}" Name={quoteattr(file.name)} Source={quoteattr(path)}'
        ' KeyPath="yes"/></Component>'
    )
