"""The headers that fence a page for people in: what it may load, and who may frame it.

Lives here: the content security policy (CSP3) and its companions. Must not live here: pages, HTTP. No page has inline
script, a form, a plug-in or anything from another host.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["PAGE_HEADERS", "page_headers"]


def page_headers(styles: Iterable[str] = ("'self'",), *, script: bool = True) -> dict[str, str]:
    """Headers of a page with styles of these CSP sources; without ``script`` none runs and nothing is fetched."""
    policy = {
        "default-src": "'none'",
        "style-src": " ".join(styles),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    if script:
        policy |= {"script-src": "'self'", "connect-src": "'self'"}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {source}" for name, source in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


#: Of the pages for the NOC: styles and the script are files of our own.
PAGE_HEADERS = page_headers()
