"""Boundaries as GeoJSON, judged and measured by a geometry library."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import pyproj
    from shapely.geometry.base import BaseGeometry


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
            params={"why": explain_validity(boundary)},
        )
    west, south, east, north = boundary.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004  degrees
        raise ValidationError(_("The boundary's coordinates are not degrees (longitude, latitude)."), code="boundary")
    return boundary


def validate_boundary(geojson: Any) -> None:  # noqa: ANN401  whatever JSON was typed
    read_boundary(geojson)


@lru_cache
def _geod() -> "pyproj.Geod":
    from pyproj import Geod

    return Geod(ellps="WGS84")


def area_m2(geojson: Any) -> float:  # noqa: ANN401  whatever JSON was typed
    """Square metres on the WGS 84 ellipsoid."""
    area, _perimeter = _geod().geometry_area_perimeter(read_boundary(geojson))
    return abs(float(area))
