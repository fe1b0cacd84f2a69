"""What a capture tells of COM on a real Windows: the table and the registry are only read."""

from __future__ import annotations

from datev_connector.app.capture.com_facts import com_facts
from datev_connector.system.com_registration import RegistryClasses, View, registered_interface

IID_DISPATCH = "{00020400-0000-0000-C000-000000000046}"


def test_it_says_whether_datev_is_in_the_table() -> None:
    classes = com_facts()["classes"]
    assert isinstance(classes, dict)
    datev = classes["DatevTelefonie"]
    assert datev["entries in the running object table"] >= 0
    absent = datev["entries in the running object table"] == 0
    assert (datev["active object"] == "0x800401E3") is absent


def test_an_interface_of_windows_itself_is_found() -> None:
    found = {one.view: one for one in registered_interface(RegistryClasses(), IID_DISPATCH)}
    assert found[View.MACHINE_64].name == "IDispatch"
    assert found[View.MACHINE_64].marshaller
