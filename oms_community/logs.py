"""How faults are written down: where they happened and what kind they are, not what they say.

The words of an exception hold what a person typed as often as not: an address that is taken, a mailbox that refused, a line of SQL.
"""

import logging
import traceback

from django.conf import settings


class LineFormatter(logging.Formatter):
    """One line, and for a fault the places it went through; its words only while DEBUG is on."""

    def formatException(self, ei):
        """Return the places and the kinds of a fault and of those that led to it, the first cause first."""
        if settings.DEBUG:
            return super().formatException(ei)
        lines, error, seen = [], ei[1], set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\n".join(reversed(lines))
