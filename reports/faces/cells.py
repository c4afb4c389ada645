"""What several chapters put in a table's cell."""

import base64

from places.numbers import share_of
from places.rounding import Number, exact
from reports import plots

__all__ = ["bar", "inside", "jpeg_here", "share_of", "to_data"]


def to_data(svg: str) -> str:
    """An SVG that needs no address of its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def jpeg_here(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def bar(found: Number | None, expected: Number | None) -> str:
    return to_data(plots.bar(float(exact(found or 0) / exact(expected)))) if expected else ""


def inside(words: str) -> str:
    """As it stands in the middle of a line."""
    return words[:1].lower() + words[1:]
