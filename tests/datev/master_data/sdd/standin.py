"""What a test says to the stand-in of DATEV's service, and documents for it to serve."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from datev_connector.datev.master_data.sdd.adapter import SddReader
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.domain.contacts import Contact

ADDRESSEES = """<?xml version="1.0" encoding="utf-8"?>
<Browse xmlns="http://xml.datev.de/SDD/Browse/v01_2">
  <KontaktDetails>
    <KontaktDetail ID="0f6c1f4e-1111-4a55-9d21-000000000001" Status="1">
      <Kontakt>
        <Typ>2</Typ>
        <Langname>Beispielwerk &amp; Söhne "Nord" GmbH</Langname>
        <Kommunikationen>
          <Kommunikation>
            <Medium>1</Medium><Nummer>040 / 66969-0</Nummer>
            <NormierteNummer>0049406696900</NormierteNummer><Notiz>Zentrale</Notiz>
          </Kommunikation>
          <Kommunikation><Medium>2</Medium><Nummer>info@example.org</Nummer></Kommunikation>
          <Kommunikation><Medium>5</Medium><Nummer>040 / 66969-9</Nummer><NormierteNummer/>
          </Kommunikation>
          <Kommunikation><Medium>6</Medium><Nummer>0176 1234567</Nummer></Kommunikation>
        </Kommunikationen>
        <Neues><Langname>nothing of ours</Langname></Neues>
      </Kontakt>
      <Langname>nor this</Langname>
    </KontaktDetail>
    <KontaktDetail Status="0" ID="2"><Kontakt>
      <Langname>Ada <![CDATA[<Byron>]]> &#x1F600;&#x85;C:\\</Langname>
      <Typ>1</Typ></Kontakt></KontaktDetail>
    <KontaktDetail ID="3" Status="1"><Kontakt><Typ>0</Typ><Langname/></Kontakt></KontaktDetail>
    <KontaktDetail ID="4"/>
    <KontaktDetail Status="1"><Kontakt><Langname>Ohne Nummer</Langname></Kontakt></KontaktDetail>
  </KontaktDetails>
</Browse>
"""
INSTITUTIONS = """<INSTITUTION xmlns="http://xml.datev.de/inst/v01"><InstitutionDetails>
  <TELEFONIE ID="77"><Name>Amtsgericht Süd</Name><Langname>no</Langname><Kommunikationen>
    <Kommunikation><Medium>1</Medium><Nummer>030 4710-400</Nummer></Kommunikation>
  </Kommunikationen></TELEFONIE>
  <TELEFONIE ID="78"><Name>Finanzkasse</Name></TELEFONIE>
</InstitutionDetails></INSTITUTION>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was built."""

    reader: Path
    assemblies: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Standin:
    """The service of the next runs."""

    built: Built
    folder: Path

    def serves(self, *, addressees: str = ADDRESSEES, institutions: str = INSTITUTIONS) -> None:
        (self.folder / "addressees.xml").write_text(addressees, "utf-8")
        (self.folder / "institutions.xml").write_text(institutions, "utf-8")

    def makes_up(self, size: int) -> None:
        (self.folder / "size").write_text(str(size), "utf-8")

    def fails(self, *faults: str) -> None:
        """One for each run, beginning with the next; further runs do not fail."""
        (self.folder / "faults").write_text("\n".join(faults), "utf-8")

    def options(self) -> SddOptions:
        return SddOptions(
            reader=self.built.reader,
            assemblies=str(self.built.assemblies),
            limit_s=30.0,
            silence_s=20.0,
            retries=0,
            pause_s=(0.0, 0.0),
        )

    def reader(self, **changes: object) -> SddReader:
        return SddReader(replace(self.options(), **changes), jitter=lambda: 0.0)  # type: ignore[arg-type]


def script(folder: Path, *lines: str) -> Path:
    """A reader of our own: a Python program of these lines; `say` writes a line of output."""
    program = folder / "reader"
    head = (
        f"#!{sys.executable} -I",
        "import json, os, signal, subprocess, sys, time",
        "def say(**fields): print(json.dumps(fields), flush=True)",
        "def hello(): say(protocol=1, query='', assembly='a', version='1', file_version='1')",
        "def person(n): say(id=str(n), status='1', typ='1', name=f'P {n}', communications=[])",
    )
    program.write_text("\n".join((*head, *lines)), "utf-8")
    program.chmod(0o755)
    return program


@dataclass(slots=True)
class Shelf:
    """Takes contacts as the index does: what is left with an error is thrown away."""

    taken: list[Contact] = field(default_factory=list)
    begun: int = 0
    given_up: int = 0

    @contextmanager
    def take(self) -> Iterator[_Taking]:
        self.begun += 1
        taking = _Taking()
        try:
            yield taking
        except BaseException:
            self.given_up += 1
            raise
        self.taken = taking.contacts


class _Taking:
    def __init__(self) -> None:
        self.contacts: list[Contact] = []

    def add(self, contact: Contact) -> None:
        self.contacts.append(contact)

    def steps(self) -> tuple[object, ...]:
        return ()


async def all_of(contacts: AsyncIterable[Contact]) -> list[Contact]:
    return [contact async for contact in contacts]
