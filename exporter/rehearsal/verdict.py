"""Whether the messages that came are those that had to come.

Lives here: counting, and the words for what is missing or too much. Must not live here: printing, exit codes.

A message counts once for each recipient. Where an expectation names no recipients, the gateway counts, which gets every
message; an alert that is not expected must not be told to anybody. Who is told in some hours only can be named as
uncounted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from exporter.rehearsal.schema import ExpectRecord
from exporter.stack.deliveries import Message
from exporter.stack.record import MESSAGE_ROUTE

__all__ = ["EITHER", "GATEWAY", "differences"]

#: Between recipients of whom one is told: whose shift it is depends on the hour.
EITHER = "|"

#: The recipient of every message, as ``Message.to`` has it.
GATEWAY = f"webhook:{MESSAGE_ROUTE}"


def differences(
    expect: Sequence[ExpectRecord], messages: Sequence[Message], *, ignore: Collection[str] = ()
) -> list[str]:
    """What is missing or too much, one line each in Indonesian; empty when exactly the expected messages came."""
    found = []
    for expected in expect:
        of_alert = [message for message in messages if message.alertname == expected.alert]
        for recipient in expected.to or (GATEWAY,):
            to_them = [message for message in of_alert if message.to in recipient.split(EITHER)]
            found += _difference(expected, recipient, to_them)
        if expected.to:
            named = {name for recipient in (*expected.to, *expected.uncounted) for name in recipient.split(EITHER)}
            others = sorted({message.to for message in of_alert} - named)
            found += [f"terlalu banyak: {expected.alert} juga dikirim ke {other}" for other in others]
    known = {expected.alert for expected in expect} | {*ignore}
    unexpected = [message for message in messages if message.alertname not in known]
    return found + [
        f"terlalu banyak: {message.alertname or 'pesan yang tidak dikenal'} ke {message.to}: {_subject(message)}"
        for message in unexpected
    ]


def _difference(expected: ExpectRecord, recipient: str, messages: Sequence[Message]) -> list[str]:
    found = []
    for what, wanted, came in (
        ("pesan gangguan", expected.begun, sum(message.begins for message in messages)),
        ("pesan pulih", expected.ended, sum(message.ends for message in messages)),
    ):
        if came != wanted:
            word = "kurang" if came < wanted else "terlalu banyak"
            found.append(f"{word}: {expected.alert} ke {recipient}: {what} {came}, seharusnya {wanted}")
    # A message that neither begins nor ends anything repeats what lasts.
    repeated = sum(not (message.begins or message.ends) for message in messages)
    if repeated:
        found.append(f"terlalu banyak: {expected.alert} ke {recipient}: {repeated} pesan pengulangan")
    begun, ended = [each for each in messages if each.begins], [each for each in messages if each.ends]
    for what, texts, told in (("gangguan", expected.begun_says, begun), ("pulih", expected.ended_says, ended)):
        lacking = [text for text in texts if not all(text in message.text for message in told)]
        found += [f"kurang: {expected.alert} ke {recipient}: pesan {what} tanpa {text!r}" for text in lacking]
    said = [text for text in expected.never_says if any(text in message.text for message in messages)]
    return found + [f"terlalu banyak: {expected.alert} ke {recipient}: pesan menyebut {text!r}" for text in said]


def _subject(message: Message) -> str:
    return message.text.splitlines()[0] if message.text else ""
