"""A page and its language in, the bytes of a tagged PDF out."""

import mimetypes
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings

from reports.glyphs import needs_fallback, printable

if TYPE_CHECKING:
    from weasyprint.document import Document
    from weasyprint.urls import URLFetcherResponse

STATIC = Path(settings.BASE_DIR) / "static"
# An address of the page's own: relative links in it lead to the project's static files.
BASE_URL = f"{STATIC.as_uri()}/"
TAGGED = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}


def render(html: str, *, language: str) -> bytes:
    """PDF/UA-1 of a page whose own `lang` is `language`."""
    return write(lay_out(html, language=language))


def lay_out(html: str, *, language: str) -> "Document":
    """
    The pages, before they are bytes; `len(document.pages)` tells how many.

    Nothing is fetched but `data:` and our own static files; asking for more is an error, not a hole in the page.
    """
    from weasyprint import CSS, HTML  # 0.5 s, which only a report needs
    from weasyprint.text.fonts import FontConfiguration  # as above

    if f'<html lang="{language}"' not in html:
        message = f"The page does not say that its language is {language}."
        raise ValueError(message)
    fonts = FontConfiguration()
    more = []
    if needs_fallback(html):
        more.append(CSS(f"{BASE_URL}css/fallback-fonts.css", url_fetcher=fetch, font_config=fonts))
    page = HTML(string=printable(html), base_url=BASE_URL, url_fetcher=fetch)
    return page.render(font_config=fonts, stylesheets=more, **TAGGED)


def write(document: "Document") -> bytes:
    return bytes(document.write_pdf(**TAGGED))


def fetch(url: str, *_args: object, **_kwargs: object) -> "URLFetcherResponse":
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # as above

    parts = urlsplit(url)
    if parts.scheme == "data":
        return URLFetcher(allowed_protocols={"data"}).fetch(url)
    # Without steps upward; what lies in our folder by a link is ours as well.
    path = Path(os.path.normpath(unquote(parts.path)))
    if parts.scheme == "file" and not parts.netloc and path.is_relative_to(STATIC) and path.is_file():
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _media_type(path)})
    message = f"A report shows only what is its own, not {url}."
    raise FatalURLFetchingError(message)


@cache
def _media_type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
