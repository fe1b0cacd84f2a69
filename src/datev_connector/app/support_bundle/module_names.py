"""Names of configurations of the module, in texts that others read.

Who knows how an office calls its configurations knows the office. What is wrong with a name can be
seen without it: where the blanks are, and how long it is.
"""

from __future__ import annotations

import re

from datev_connector.domain.masking import likeness
from datev_connector.starface.module.names import tells_of_nobody

_CALLED = re.compile(r'(?<=(?:called|xactly) ")[^\n]{1,300}?(?="(?:[ .,;)]|$))')
"""As legs and findings name them."""


def shown_name(name: str) -> str:
    """A spelling of the usual name as it is, of any other one what it looks like."""
    return name if tells_of_nobody(name) else likeness(name)


def without_module_names(text: str) -> str:
    """The text without the names that an office has thought of."""
    return _CALLED.sub(lambda found: shown_name(found[0]), text)
