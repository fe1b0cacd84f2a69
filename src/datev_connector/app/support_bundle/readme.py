"""What stands beside the files: in German and English, for whoever opens the bundle."""

from __future__ import annotations

README = """\
Support-Paket des DATEV Connectors für STARFACE
===============================================

Dieses Paket hilft dem Hersteller, einen Fehler zu finden. Sie können jede Datei
darin mit einem Texteditor öffnen und ansehen, bevor Sie das Paket weitergeben.

Enthalten sind
  versions.json          Versionen von Programm, Windows, Telefonanlage und
                         Bestandteilen
  settings.toml          die Einstellungen, ohne Server, Anmeldung und Benutzer
  legs.json              der Zustand jeder Verbindung, auch von Modul und Lizenz,
                         mit Ursache und Abhilfe
  findings.json          das Ergebnis der letzten Prüfung, falls es eine gab
  figures.json           wie viele Anrufe, Notizen und Kontakte gespeichert sind
  imported-settings.json was aus den Einstellungen des früheren Connectors wurde,
                         falls es ihn gab
  recorded-inputs.jsonl  was an Anrufen geschah, mit Platzhaltern: eine Nummer
                         steht überall für dieselbe, aber niemand kann daraus
                         auf die echte schließen; Vorwahlen bleiben erhalten
  logs/                  die letzten Protokolle (höchstens 5 MB), dabei die Spuren
                         von Abstürzen

Nicht enthalten sind
  Passwörter und andere Zugangsdaten, Rufnummern, Namen von Mandanten, Kontakten
  und Mitarbeitern, Texte von Notizen, die Anrufliste und die Kontakte selbst.


Support bundle of the DATEV Connector for STARFACE
==================================================

This bundle helps the vendor to find a fault. You can open every file in it with
a text editor and look at it before you pass the bundle on.

It holds
  versions.json          versions of program, system, PBX and components
  settings.toml          the settings, without server, login and user
  legs.json              the state of every connection, also of module and
                         licence, with cause and remedy
  findings.json          the result of the last examination, if there was one
  figures.json           how many calls, notes and contacts are stored
  imported-settings.json what became of the settings of the earlier connector,
                         if there was one
  recorded-inputs.jsonl  what happened to calls, with stand-ins: one number
                         always stands for the same, but nobody can tell from
                         it which; area codes are kept
  logs/                  the latest logs (5 MB at most), with traces of crashes

It does not hold
  passwords and other credentials, telephone numbers, names of clients, contacts
  and staff, the texts of notes, the list of calls, and the contacts themselves.
"""
