"""Icons inside the page: a shell must stand without a network, and cannot afford the whole sprite."""

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SVG = "http://www.w3.org/2000/svg"


@register.simple_tag
def symbol(name: str) -> SafeString:
    """An icon of those that `symbols` put in the page; silent for readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"></use></svg>', name)


@register.simple_tag
def symbols(names: str) -> SafeString:
    """The icons named, to be drawn by `symbol`. KeyError for one that static/icons.txt does not have."""
    drawn = _drawn()
    return mark_safe(f'<svg hidden aria-hidden="true">{"".join(drawn[name] for name in names.split())}</svg>')  # noqa: S308  from our own sprite


@cache
def _drawn() -> dict[str, str]:
    ET.register_namespace("", SVG)
    sprite = ET.parse(Path(str(finders.find("vendor/icons.svg")))).getroot()  # noqa: S314  made by bin/vendor
    return {one.attrib["id"]: _as_symbol(one) for one in sprite}


def _as_symbol(one: ET.Element) -> str:
    lines = "".join(ET.tostring(line, encoding="unicode").replace(f' xmlns="{SVG}"', "") for line in one)
    return f'<symbol id="i-{one.attrib["id"]}" viewBox="{one.attrib["viewBox"]}">{lines.strip()}</symbol>'
