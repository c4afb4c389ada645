"""What several chapters put in a table's cell."""

import base64

from reports import plots
from reports.sentences import per_cent


def to_data(svg: str) -> str:
    """An SVG that needs no address of its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def jpeg_here(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def bar(found: float, expected: float) -> str:
    return to_data(plots.bar(found / expected)) if expected else ""


def share_of(found: float, expected: float) -> str:
    return per_cent(found / expected if expected else None)


def inside(words: str) -> str:
    """As it stands in the middle of a line."""
    return words[:1].lower() + words[1:]
