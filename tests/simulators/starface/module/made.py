"""Module archives made by hand: good ones, and every way in which one can be bad."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha1

MODULE = "11111111-2222-4333-8444-555555555555"
MANIFEST = (
    f"Manifest-Version: 1.0\r\nObjectId: {MODULE}\r\nStarfaceModule_SpecVersion: 5\r\n\r\n"
).encode()


def descriptor(
    children: str = "", entries: str = "", variables: str = "", licence: str | None = None
) -> bytes:
    """A descriptor with these functions, entry points and variables of the module."""

    free = sha1(f"{MODULE}1STARFACE".encode(), usedforsecurity=False).hexdigest()
    return (
        f'<module lastChangedTime="1" id="{MODULE}" name="Made up" specVersion="5" version="7" '
        f'vendor="Nobody"><inputVars>{variables}</inputVars><children>{children}</children>'
        f"<entryPoints>{entries}</entryPoints>"
        f"<noLicenseId>{free if licence is None else licence}</noLicenseId></module>"
    ).encode()


def archive(
    content: bytes = b"",
    manifest: bytes | None = MANIFEST,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """An archive with this descriptor."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        if manifest is not None:
            made.writestr("META-INF/MANIFEST.MF", manifest)
        made.writestr("module-descriptor.xml", content or descriptor())
        for name, data in (more or {}).items():
            made.writestr(name, data)
    return packed.getvalue()


def function(
    name: str, steps: str = "", inputs: str = "", outputs: str = "", more: str = ""
) -> str:
    """A function whose id is its name."""
    return (
        f'<function id="{name}" name="{name}"><inputVars>{inputs}</inputVars>'
        f"<outputVars>{outputs}</outputVars><children>{steps}</children>{more}</function>"
    )


def entry(name: str, kind: str = "XMLRPC_auth", target: str = "") -> str:
    """An entry point to the function of that name."""
    return (
        f'<rpcEntryPoint name="{name}"><functionReference targetDomainId="{MODULE}" '
        f'targetId="{target or name}" targetName="{name}"/><type>{kind}</type></rpcEntryPoint>'
    )


def variable(name: str, kind: str = "STRING", value: str = "", refers: str = "false") -> str:
    """A variable whose id is its name."""
    return (
        f'<variable id="{name}" name="{name}" type="{kind}" valueByReference="{refers}">'
        f"<value>{value}</value></variable>"
    )


def assign(target: str, value: str, refers: str = "false", more: str = "") -> str:
    """Give a variable a value, or that of another one."""
    return (
        f'<varAssign id="a">{more}<inputVars>{variable("value", "OBJECT", value, refers)}'
        f"</inputVars><outputVars>{variable('target', 'OBJECT', target)}</outputVars></varAssign>"
    )


def call(target: str, inputs: str = "", outputs: str = "", domain: str = MODULE) -> str:
    """Call a function."""
    return (
        f'<functionCall id="c"><inputVars>{inputs}</inputVars><outputVars>{outputs}</outputVars>'
        f'<target targetDomainId="{domain}" targetId="{target}"/></functionCall>'
    )
