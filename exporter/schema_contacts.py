"""Whom an office turns to, as an inventory writes it.

Lives here: the records of the help desk and of contacts. Must not live here: other records (``schema``). A contact is a
function and no person: what is written here stands on pages that anybody may read.
"""

from __future__ import annotations

from typing import Annotated

from exporter import model, quantities
from exporter.schema_values import Name, OptionalName, Record, of

__all__ = ["ContactRecord", "HelpdeskRecord"]

_Phone = Annotated[str | None, of(quantities.phone)]
_Email = Annotated[str | None, of(quantities.email)]


class ContactRecord(Record):
    """A function within an agency or an office."""

    name: Name
    phone: _Phone = None
    email: _Email = None

    def contact(self) -> model.Contact:
        """The contact that this describes."""
        return model.Contact(self.name, self.phone or "", self.email or "")


class HelpdeskRecord(Record):
    """Who answers all offices."""

    name: Name
    phone: _Phone = None
    whatsapp: _Phone = None
    email: _Email = None
    hours: OptionalName = None  #: in people's words

    def helpdesk(self) -> model.Helpdesk:
        """The help desk that this describes."""
        return model.Helpdesk(self.name, self.phone or "", self.whatsapp or "", self.email or "", self.hours or "")
