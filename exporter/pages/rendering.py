"""Templates to text: the one place where names meet HTML.

Lives here: the environment with its filters, and the static files with the digests that their addresses carry. Must not
live here: HTTP, what a page says. Every value is escaped unless it is ``Markup`` of our own making; a name that a
template does not know is an error and no empty text. Templates and static files lie in ``exporter/data/pages``.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from exporter import __version__
from exporter.files import package_text
from exporter.indonesian import clock_time, duration, instant, number
from exporter.pages.standing import BLIND, SHAPES, WORDS, Standing
from exporter.pages.wall_outages import CAUSES, SCOPES
from exporter.recurrence import WIB

__all__ = ["ASSETS", "asset", "asset_address", "asset_digest", "render", "style_source"]

#: Static files by name, with their type: what all pages share, what each page adds, and the script.
ASSETS: Mapping[str, str] = {
    "pantau.css": "text/css",
    "dinding.css": "text/css",
    "kantor.css": "text/css",
    "tautan.css": "text/css",
    "pantau.js": "text/javascript",
    "dinding.js": "text/javascript",
    "tautan.js": "text/javascript",
}

_SECOND_NS = 1_000_000_000


@cache
def asset(name: str) -> str:
    """The text of a static file. Raises KeyError for a name that is not in ``ASSETS``."""
    if name not in ASSETS:
        raise KeyError(name)
    return package_text(f"pages/{name}")


@cache
def asset_digest(name: str) -> str:
    """The first characters of its SHA-256, for an address that changes with it."""
    return hashlib.sha256(asset(name).encode()).hexdigest()[:12]


def asset_address(name: str) -> str:
    """Where pages find it: ``/aset/pantau.css?v=...``; whoever has kept it need not ask again."""
    return f"/aset/{name}?v={asset_digest(name)}"


@cache
def style_source(name: str) -> str:
    """A content security policy's source for the file as an inline ``style`` element (CSP3, section 2.3.1)."""
    return f"'sha256-{b64encode(hashlib.sha256(asset(name).encode()).digest()).decode()}'"


def render(template: str, **values: Any) -> str:
    """A template's text. Raises jinja2.UndefinedError where it names what ``values`` lack.

    Every page takes ``gaya``, its own style sheet, and ``sebaris``: whether styles stand within the page.
    """
    return _environment().get_template(template).render(values)


def _at(unix_ns: int) -> datetime:
    return datetime.fromtimestamp(unix_ns // _SECOND_NS, WIB)


def _wib(unix_ns: int) -> str:
    """``23/11/2026 09.14 WIB``."""
    return f"{instant(_at(unix_ns))} WIB"


def _clock(unix_ns: int) -> str:
    """``09.14.07 WIB``."""
    return f"{clock_time(_at(unix_ns), seconds=True)} WIB"


def _time(unix_ns: int) -> Markup:
    """The same as a ``time`` element, whose machine form is UTC."""
    machine = datetime.fromtimestamp(unix_ns // _SECOND_NS, tz=WIB).isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, _wib(unix_ns))


def _since(unix_ns: int, now_unix_ns: int) -> Markup:
    """How long ago, in two units; the script keeps the text true while the page is open."""
    text = duration(max(0, now_unix_ns - unix_ns) // 1_000_000)
    return Markup('<span class="lama" data-since="{}">{}</span>').format(unix_ns // _SECOND_NS, text)


@cache
def _environment() -> Environment:
    """Templates are read once, and change with the program only."""
    environment = Environment(
        loader=PackageLoader("exporter", "data/pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"wib": _wib, "waktu": _time, "sejak": _since, "angka": number, "jam": _clock}
    environment.globals |= {
        "versi": __version__,
        "alamat_aset": asset_address,
        "LINGKUP": SCOPES,
        "SEBAB": CAUSES,
        "isi_aset": lambda name: Markup(asset(name)),  # noqa: S704 - a file of the package
        "Standing": Standing,
        "BUTA": BLIND,
        "KATA": WORDS,
        "BENTUK": SHAPES,
    }
    return environment
