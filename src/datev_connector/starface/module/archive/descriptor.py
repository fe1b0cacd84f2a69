"""`module-descriptor.xml`: what the module is, in the language of STARFACE's module designer."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha1
from xml.etree.ElementTree import Element, indent, tostring

from datev_connector.starface.module.archive.edition import (
    AFTER,
    CHANGED_AT,
    CREATED_AT,
    FORM,
    MODULE_VERSION,
    VENDOR,
)
from datev_connector.starface.module.archive.flow import (
    add_function,
    add_own_reference,
    add_variable,
)
from datev_connector.starface.module.archive.ids import MODULE_ID, id_of
from datev_connector.starface.module.archive.parts import Module
from datev_connector.starface.module.archive.tabs import add_tab
from datev_connector.starface.module.archive.xml import (
    described,
    line,
    part,
    proper,
    resource_keys,
)

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def descriptor(module: Module) -> bytes:
    """The file's content. Raises ValueError for a text that XML cannot hold."""
    created, changed = _milliseconds(CREATED_AT), _milliseconds(CHANGED_AT)
    root = Element(
        "module",
        lastChangedTime=changed,
        moduleType="EXTENDED",
        createTime=created,
        id=MODULE_ID,
        name=proper(module.name),
        specVersion=str(FORM),
        vendor=VENDOR,
        version=str(MODULE_VERSION),
    )
    described(root, module.description)
    _add_inside(root, module, created)
    line(root, "createdWith", f"STARFACE {AFTER}")
    line(root, "defaultLocale", "de")
    line(root, "editable", "true")
    _add_entry_points(root, module)
    for tab in module.tabs:
        add_tab(root, tab, created)
    line(root, "noLicenseId", no_licence_id(MODULE_ID, changed))
    resource_keys(root, "module.name", MODULE_ID, module.label)
    line(root, "shortDescription", module.short)
    line(root, "writeHash", write_hash(MODULE_ID))
    indent(root, "    ")
    return f"{_PROLOGUE}{tostring(root, 'unicode', short_empty_elements=False)}\n".encode()


def no_licence_id(module_id: str, changed: str) -> str:
    """What marks a module that needs no licence of STARFACE's own (verified on real archives)."""
    return _sha1(f"{module_id}{changed}STARFACE")


def write_hash(module_id: str, password: str = "") -> str:
    """What the designer asks the password against; without one anybody may look and change."""
    return _sha1(f"{module_id}{password}")


def _add_inside(root: Element, module: Module, created: str) -> None:
    inputs = part(root, "inputVars")
    for variable in module.variables:
        add_variable(
            inputs, variable, reference=False, by_reference=False, by_value=True, access="Read"
        )
    part(root, "outputVars")
    part(root, "resources")
    children = part(root, "children")
    for function in module.functions:
        add_function(children, function, created)


def _add_entry_points(root: Element, module: Module) -> None:
    entry_points = part(root, "entryPoints")
    for function in module.functions:
        entry = part(
            entry_points, "rpcEntryPoint", id=id_of(function.entry_point), name=function.name
        )
        add_own_reference(entry, "functionReference", function)
        line(entry, "type", "XMLRPC_auth")


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _sha1(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()
