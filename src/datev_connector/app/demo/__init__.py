"""The demo: a working day in a tax office, played between both simulators and the real connector.

Nouns: the **office** is who works there and whom they know; the **plan** is the day as data, its
scenes and what must have come of them; the **stage** holds the simulators; the **connector** is
the unchanged program in a process of its own; the **director** plays the scenes and waits for what
each step must bring about; the **story** words what is seen; the **verdict** compares what the
simulators hold with the plan, which was written down without asking the connector.
"""

from __future__ import annotations

from datev_connector.app.demo.run import demo_command

__all__ = ["demo_command"]
