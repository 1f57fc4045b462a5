"""From a folder to the frameworks of assessment that it describes, one in each file.

Lives here: the one way to load them. Must not live here: opening files (``files``), judging what they say
(``framework_checks``), any framework. A load is whole or not at all.
"""

from __future__ import annotations

from pathlib import Path

from exporter.errors import FrameworkError, Problem
from exporter.evidence.framework_checks import Description, problems_of
from exporter.evidence.framework_model import Framework
from exporter.evidence.framework_schema import FrameworkRecord
from exporter.files import Purpose, read_configuration
from exporter.refusals import Remedies, record_of
from exporter.strict_yaml import Document, parse_document

__all__ = ["load_frameworks"]

_PURPOSE = Purpose(
    "the frameworks of assessment",
    "the path of the frameworks",
    "what the evidence pack says of indicators",
    "keep those that are not in use elsewhere",
)

_SEE = "see docs/frameworks.md"


def load_frameworks(folder: Path) -> tuple[Framework, ...]:
    """The frameworks that the ``.yml`` and ``.yaml`` files of ``folder`` describe, by id; it may be one file, too.

    Raises FrameworkError with every problem of every file; never anything else for what ``folder`` can be.
    """
    read = read_configuration(folder, _PURPOSE)
    documents = [parse_document(each.raw, each.path) for each in read.files]
    problems = list(read.problems)
    descriptions = []
    for document in documents:
        record, refused = _record(document)
        problems += [*document.problems, *refused]
        if record is not None:
            descriptions.append(Description(record, document))
    problems += problems_of(descriptions, complete=len(descriptions) == len(documents) and not read.problems)
    if problems:
        raise FrameworkError(list(set(problems)))
    return tuple(sorted((each.record.framework() for each in descriptions), key=lambda each: each.id))


def _record(document: Document) -> tuple[FrameworkRecord | None, list[Problem]]:
    if document.value is None:  # and why has been told
        return None, []
    if not isinstance(document.value, dict):
        message = "the file holds no keys"
        return None, [Problem(document.file, document.line_of(()), message, f"begin with version: 1; {_SEE}")]
    return record_of(FrameworkRecord, document, (), "framework", Remedies(_SEE))
