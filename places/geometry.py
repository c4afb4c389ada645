"""Boundaries as GeoJSON, judged and measured by a geometry library."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import pyproj
    from shapely.geometry.base import BaseGeometry
    from shapely.geometry.polygon import LinearRing

# The ways a shape fails, as the geometry library names them.
FAULTS = {
    "Self-intersection": _("its edge crosses itself"),
    "Ring Self-intersection": _("its edge touches itself"),
    "Nested shells": _("one part lies inside another"),
    "Hole lies outside shell": _("a hole lies outside the shape"),
    "Holes are nested": _("one hole lies inside another"),
    "Interior is disconnected": _("its holes cut it in two"),
    "Too few points in geometry component": _("it has too few corners"),
    "Invalid Coordinate": _("a coordinate is not a number"),
}


def read_boundary(geojson: Any) -> "BaseGeometry":  # noqa: ANN401  whatever JSON was typed
    """The shape of a GeoJSON Polygon or MultiPolygon in degrees; ValidationError when it is none."""
    # shapely costs a tenth of a second to import, and only the place form needs it.
    from shapely.errors import ShapelyError
    from shapely.geometry import shape
    from shapely.validation import explain_validity

    if not isinstance(geojson, dict) or geojson.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValidationError(_("A boundary is a GeoJSON object of type Polygon or MultiPolygon."), code="boundary")
    try:
        boundary = shape(geojson)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValidationError(_("The boundary's coordinates cannot be read."), code="boundary") from error
    if boundary.is_empty or not boundary.is_valid:
        raise ValidationError(
            _("The boundary is not a closed, simple shape: %(why)s."),
            code="boundary",
            params={"why": _fault(explain_validity(boundary))},
        )
    west, south, east, north = boundary.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004  degrees
        raise ValidationError(_("The boundary's coordinates are not degrees (longitude, latitude)."), code="boundary")
    return boundary


def _fault(explanation: str) -> str:
    """In our words, with the place of the fault where the library gives one: `Self-intersection[17.64 59.86]`."""
    name, _bracket, where = explanation.rstrip("]").partition("[")
    words = str(FAULTS.get(name, _("it covers no ground")))
    return f"{words} ({where})" if where else words


def validate_boundary(geojson: Any) -> None:  # noqa: ANN401  whatever JSON was typed
    read_boundary(geojson)


@lru_cache
def _geod() -> "pyproj.Geod":
    from pyproj import Geod

    return Geod(ellps="WGS84")


def area_m2(geojson: Any) -> float:  # noqa: ANN401  whatever JSON was typed
    """Square metres on the WGS 84 ellipsoid, holes left out, whichever way the rings are drawn."""
    boundary = read_boundary(geojson)
    parts = getattr(boundary, "geoms", [boundary])
    return sum(_ring_m2(part.exterior) - sum(_ring_m2(hole) for hole in part.interiors) for part in parts)


def _ring_m2(ring: "LinearRing") -> float:
    # One ring at a time: of a whole shape the library adds a hole that is drawn the same way round as the edge.
    area, _perimeter = _geod().geometry_area_perimeter(ring)
    return abs(float(area))


@dataclass(frozen=True)
class Outline:
    """A boundary as a drawing: the `d` of an SVG path in a view box of `width` by `height`, north upwards."""

    width: int
    height: int
    path: str


def outline(geojson: Any, size: int = 320, margin: int = 8) -> Outline:  # noqa: ANN401  whatever JSON was typed
    """The boundary with its longer side `size` units; the margin lies outside them."""
    boundary = read_boundary(geojson)
    west, south, east, north = boundary.bounds
    # Over a square the earth is flat; a degree of longitude is only narrower than one of latitude.
    narrower = cos(radians((south + north) / 2))
    scale = size / max((east - west) * narrower, north - south)

    def point(longitude: float, latitude: float) -> str:
        return f"{(longitude - west) * narrower * scale + margin:.1f} {(north - latitude) * scale + margin:.1f}"

    def ring(line: "LinearRing") -> str:
        return "M" + "L".join(point(*corner[:2]) for corner in line.coords[:-1]) + "Z"

    parts = getattr(boundary, "geoms", [boundary])
    return Outline(
        width=round((east - west) * narrower * scale) + 2 * margin,
        height=round((north - south) * scale) + 2 * margin,
        path="".join(ring(line) for part in parts for line in (part.exterior, *part.interiors)),
    )
