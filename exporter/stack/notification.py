"""What Alertmanager delivers to a webhook: format version 4, as frozen values.

Lives here: the reading of the JSON document. Must not live here: words for people, HTTP, memory of
earlier deliveries. Source: Alertmanager's documentation of ``webhook_config``. Fields that newer
versions add are ignored; a field that is missing or of another type is refused with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

__all__ = ["Alert", "Notification", "NotificationError", "notification_from"]

#: More alerts than one delivery can have: every link of the largest inventory.
_MAX_ALERTS = 20_000

_Texts = dict[Annotated[str, Field(max_length=256)], Annotated[str, Field(max_length=8192)]]


class NotificationError(ValueError):
    """The document is no notification; the text says where."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a delivery."""

    fingerprint: str  #: the same for the same labels
    firing: bool  #: False: resolved
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime  #: with its zone
    ends_at: datetime  #: with its zone; means nothing while the alert is firing


@dataclass(frozen=True, slots=True)
class Notification:
    """One delivery: all alerts of one group that fire, and those that resolved since the last one."""

    receiver: str
    group_labels: Mapping[str, str]
    alerts: tuple[Alert, ...]
    external_url: str = ""  #: where Alertmanager can be seen


#: Alertmanager writes ``startsAt``; we write ``starts_at``.
_CAMEL_CASE = ConfigDict(frozen=True, alias_generator=to_camel)


class _AlertDocument(BaseModel):
    model_config = _CAMEL_CASE

    status: Literal["firing", "resolved"]
    labels: _Texts
    annotations: _Texts
    starts_at: datetime
    ends_at: datetime
    fingerprint: str = Field(max_length=64)


class _Document(BaseModel):
    model_config = _CAMEL_CASE

    version: Literal["4"]
    receiver: str
    group_labels: _Texts
    alerts: list[_AlertDocument] = Field(max_length=_MAX_ALERTS)
    external_url: str = Field("", alias="externalURL", max_length=2048)


def notification_from(body: bytes) -> Notification:
    """The notification in the JSON document ``body``; NotificationError when it is none."""
    try:
        document = _Document.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        raise NotificationError(f"{place}: {first['msg']}") from error
    return Notification(
        receiver=document.receiver,
        group_labels=document.group_labels,
        alerts=tuple(_alert(each) for each in document.alerts),
        external_url=document.external_url,
    )


def _alert(document: _AlertDocument) -> Alert:
    return Alert(
        fingerprint=document.fingerprint,
        firing=document.status == "firing",
        labels=document.labels,
        annotations=document.annotations,
        starts_at=document.starts_at,
        ends_at=document.ends_at,
    )
