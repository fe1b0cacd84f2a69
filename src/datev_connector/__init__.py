"""DATEV connector for STARFACE: telephone calls of a tax office, known, noted and handed to DATEV.

The rooms, from the top (imports run downwards only):

- `app`: command line, settings, logging, the wiring of all other rooms;
- `engine`: runs the call desk, inputs in, effects out;
- `starface`, `datev`, `store`: the outside systems, none of which knows another;
- `network`: what both network adapters need to trust a server;
- `domain`: calls, numbers, contacts and rules, pure;
- `simulators`: a STARFACE and a DATEV to try and test against, which import nothing of the above.
"""

__version__ = "0.1.0"
