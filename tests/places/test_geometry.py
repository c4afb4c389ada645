"""Boundaries: what is refused, in words, and the area of a shape measured by hand."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from places.geometry import area_m2, outline, validate_boundary

# 0.001° of latitude at 60° N is 111.412 m and of longitude 55.800 m (WGS 84): 6,217 m².
RECTANGLE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[17.0, 60.0], [17.001, 60.0], [17.001, 60.001], [17.0, 60.001], [17.0, 60.0]]],
}


def test_area_of_a_known_rectangle() -> None:
    assert area_m2(RECTANGLE) == pytest.approx(6217, rel=0.01)


def test_area_does_not_depend_on_the_direction_of_the_ring() -> None:
    turned = {"type": "Polygon", "coordinates": [RECTANGLE["coordinates"][0][::-1]]}
    assert area_m2(turned) == pytest.approx(area_m2(RECTANGLE))


def test_area_of_a_shape_with_a_hole() -> None:
    # The hole is a quarter of the rectangle.
    hole = [
        [17.00025, 60.00025],
        [17.00075, 60.00025],
        [17.00075, 60.00075],
        [17.00025, 60.00075],
        [17.00025, 60.00025],
    ]
    holed = {"type": "Polygon", "coordinates": [RECTANGLE["coordinates"][0], hole]}
    assert area_m2(holed) == pytest.approx(6217 * 0.75, rel=0.01)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a square", "A boundary is a GeoJSON object of type Polygon or MultiPolygon."),
        ([1, 2], "A boundary is a GeoJSON object of type Polygon or MultiPolygon."),
        ({}, "A boundary is a GeoJSON object of type Polygon or MultiPolygon."),
        (
            {"type": "Point", "coordinates": [17, 60]},
            "A boundary is a GeoJSON object of type Polygon or MultiPolygon.",
        ),
        ({"type": "Polygon"}, "The boundary's coordinates cannot be read."),
        ({"type": "Polygon", "coordinates": "here"}, "The boundary's coordinates cannot be read."),
        ({"type": "Polygon", "coordinates": [[[17, 60], [18, 60]]]}, "The boundary's coordinates cannot be read."),
        (
            {"type": "Polygon", "coordinates": []},
            "The boundary is not a closed, simple shape: it covers no ground.",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]},
            "The boundary is not a closed, simple shape: its edge crosses itself (1 1).",
        ),
        (
            {
                "type": "Polygon",
                "coordinates": [[[648000, 6638000], [648100, 6638000], [648100, 6638100], [648000, 6638000]]],
            },
            "The boundary's coordinates are not degrees (longitude, latitude).",
        ),
    ],
)
def test_validate_boundary_says_what_is_wrong(typed: Any, words: str) -> None:
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            validate_boundary(typed)
        assert refused.value.messages == [words]


def test_outline_fits_the_box_and_points_north() -> None:
    drawn = outline(RECTANGLE, size=320, margin=8)
    # Twice as many metres a degree northwards as eastwards at 60° N, so half as wide as high.
    assert (drawn.width, drawn.height) == (176, 336)
    assert drawn.path == "M8.0 328.0L168.0 328.0L168.0 8.0L8.0 8.0Z"


def test_outline_draws_every_part_and_hole() -> None:
    ring = RECTANGLE["coordinates"][0]
    moved = [[x + 0.01, y] for x, y in ring]
    drawn = outline({"type": "MultiPolygon", "coordinates": [[ring], [moved]]})
    assert drawn.path.count("M") == 2
