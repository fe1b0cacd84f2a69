"""Version guard: what is known of the versions that meet in an office, and what follows from it.

Nouns: a **version** is some numbers between dots, a **span** some versions; the **table**
(`known.toml`, shipped with the program) holds the newest known version of each part and the
**facts** about versions; a **proof** is something that was tried and worked. `judged` is pure, and
a proof decides over a number: what worked is fine, however old it is said to be.
"""

from __future__ import annotations

from datev_connector.app.versions.judging import Grade, Judgement, Known, judged
from datev_connector.app.versions.of_module import verdict_on
from datev_connector.app.versions.table import Fact, Part, Proof, Table, known_table
from datev_connector.app.versions.version import Span, Version

__all__ = [
    "Fact",
    "Grade",
    "Judgement",
    "Known",
    "Part",
    "Proof",
    "Span",
    "Table",
    "Version",
    "judged",
    "known_table",
    "verdict_on",
]
