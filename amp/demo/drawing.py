"""Drawn scenes of a square, which stand in for photos: nobody's picture, and nobody in them."""

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from activities.records.images import QUALITY, Picture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 1200, 800
# Drawn so much larger and then reduced, which makes the edges smooth.
SCALE = 2
HORIZON = 0.56
WINTER, SPRING, SUMMER, AUTUMN = range(4)
# The sky above and at the horizon, the ground, and the trees' crowns.
SKIES = (("#8fa9c4", "#dfe6ec"), ("#7db6e8", "#e6f1f7"), ("#4f9be0", "#dcedf8"), ("#93a5b8", "#efe3d0"))
EVENING = ("#1d2747", "#c9785a")
GROUND = ("#e9edf1", "#c9c3b8", "#d6cdbd", "#bfb5a6")
CROWNS = ("#7a6a5f", "#8fbf6a", "#4f9a55", "#d08a3c")
FACADES = ("#c98f5a", "#b85c4a", "#d9b77a", "#8d9d84", "#a9b4c2", "#c7a08b", "#93655a")
CLOTHES = ("#b3413a", "#2f5d8a", "#e0a030", "#3d7a5c", "#7d4f86", "#2b2f3a", "#d9d4c7", "#c96f8f", "#4aa0a8")
SKIN = ("#f0cfae", "#e0b48c", "#b98a63", "#8a5e3c", "#5f4029")
FLAGS = ("#d8463c", "#f0b429", "#2f7fb8", "#4f9a55")
GLOW = "#ffd98a"

Colour = tuple[int, int, int]


def scene(random: Random, *, month: int, evening: bool, people: int) -> Picture:
    """A square with its pavilion, trees and so many people, in the month's season."""
    from PIL import Image, ImageDraw  # slow to load, and only the demo draws

    season = month % 12 // 3
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
    draw = ImageDraw.Draw(image)
    _sky(draw, *(EVENING if evening else SKIES[season]))
    _houses(draw, random, evening=evening)
    _ground(draw, GROUND[season], evening=evening)
    _trees(draw, random, season, evening=evening)
    _pavilion(draw, evening=evening)
    _bunting(draw, evening=evening)
    _people(draw, random, people)
    if season in {WINTER, AUTUMN}:
        _falling(draw, random, "#ffffff" if season == WINTER else CROWNS[AUTUMN])
    small = image.reduce(SCALE)
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), small.width, small.height)


def _x(part: float) -> float:
    return part * WIDTH * SCALE


def _y(part: float) -> float:
    return part * HEIGHT * SCALE


def _colour(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _between(one: str, other: str, part: float) -> Colour:
    first, second = _colour(one), _colour(other)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _sky(draw: "ImageDraw", above: str, below: str) -> None:
    end = round(_y(HORIZON))
    for row in range(end):
        draw.line((0, row, _x(1), row), fill=_between(above, below, row / end))


def _houses(draw: "ImageDraw", random: Random, *, evening: bool) -> None:
    left = -0.02
    while left < 1:
        width, top = random.uniform(0.11, 0.18), random.uniform(0.16, 0.30)
        wall = _between(random.choice(FACADES), "#20243a", 0.55 if evening else 0.0)
        right = left + width
        roof = _between("#5a4a44", "#20243a", 0.5 if evening else 0.0)
        peak = ((left + right) / 2, top - 0.07)
        draw.polygon([(_x(left), _y(top)), (_x(right), _y(top)), (_x(peak[0]), _y(peak[1]))], fill=roof)
        draw.rectangle((_x(left), _y(top), _x(right), _y(HORIZON)), fill=wall)
        columns = 3
        for storey in range(round((HORIZON - top) / 0.085)):
            for column in range(columns):
                x, y = left + width * (column + 0.25) / columns, top + 0.025 + storey * 0.085
                lit = evening and random.random() < 0.6  # noqa: PLR2004
                pane = GLOW if lit else "#2c3350" if evening else "#e8eef2"
                draw.rectangle((_x(x), _y(y), _x(x + width / 6), _y(y + 0.045)), fill=pane)
        left = right


def _ground(draw: "ImageDraw", colour: str, *, evening: bool) -> None:
    base = _between(colour, "#20243a", 0.55 if evening else 0.0)
    draw.rectangle((0, _y(HORIZON), _x(1), _y(1)), fill=base)
    joint = tuple(max(0, part - 18) for part in base)
    for number in range(-8, 19):
        draw.line((_x(0.5 + (number / 10 - 0.5) * 0.6), _y(HORIZON), _x(number / 10), _y(1)), fill=joint, width=SCALE)
    for number in range(1, 9):
        height = HORIZON + (1 - HORIZON) * (number / 9) ** 1.6
        draw.line((0, _y(height), _x(1), _y(height)), fill=joint, width=SCALE)


def _trees(draw: "ImageDraw", random: Random, season: int, *, evening: bool) -> None:
    for middle in (0.08, 0.34, 0.62, 0.93):
        foot, crown = 0.63, 0.40
        draw.rectangle((_x(middle - 0.006), _y(crown), _x(middle + 0.006), _y(foot)), fill="#5b4636")
        for _ in range(9 if season != WINTER else 4):
            x, y = middle + random.uniform(-0.045, 0.045), crown + random.uniform(-0.07, 0.05)
            radius = random.uniform(0.02, 0.036) if season != WINTER else 0.014
            leaf = _between(CROWNS[season], "#20243a", random.uniform(0, 0.2) + (0.4 if evening else 0))
            draw.ellipse((_x(x - radius), _y(y - radius * 1.5), _x(x + radius), _y(y + radius * 1.5)), fill=leaf)
        if evening or season == WINTER:
            for _ in range(14):
                x, y = middle + random.uniform(-0.05, 0.05), crown + random.uniform(-0.08, 0.07)
                draw.ellipse((_x(x) - 4, _y(y) - 4, _x(x) + 4, _y(y) + 4), fill=GLOW)


def _pavilion(draw: "ImageDraw", *, evening: bool) -> None:
    left, right, top, foot = 0.70, 0.90, 0.47, 0.66
    draw.rectangle((_x(left), _y(top), _x(right), _y(foot)), fill="#8f6a45")
    draw.rectangle((_x(left + 0.02), _y(top + 0.03), _x(right - 0.02), _y(foot)), fill=GLOW if evening else "#f3ead8")
    for number in range(1, 5):
        x = left + (right - left) * number / 5
        draw.line((_x(x), _y(top), _x(x), _y(foot)), fill="#8f6a45", width=4 * SCALE)
    roof = [(left - 0.03, top), (right + 0.03, top), (right - 0.03, top - 0.08), (left + 0.03, top - 0.08)]
    draw.polygon([(_x(x), _y(y)) for x, y in roof], fill="#3f5a4c")


def _bunting(draw: "ImageDraw", *, evening: bool) -> None:
    flags = 26
    for number in range(flags):
        part = number / (flags - 1)
        x, y = 0.03 + 0.7 * part, 0.36 + 0.09 * (1 - (2 * part - 1) ** 2)
        if evening:
            draw.ellipse((_x(x) - 7, _y(y) - 7, _x(x) + 7, _y(y) + 7), fill=GLOW)
        else:
            corners = [(_x(x - 0.008), _y(y)), (_x(x + 0.008), _y(y)), (_x(x), _y(y + 0.028))]
            draw.polygon(corners, fill=FLAGS[number % len(FLAGS)])


def _people(draw: "ImageDraw", random: Random, people: int) -> None:
    """Without faces; those behind are drawn first."""
    feet = sorted(random.uniform(HORIZON + 0.07, 0.96) for _ in range(people))
    for y in feet:
        near = (y - HORIZON) / (1 - HORIZON)
        tall = (0.07 + 0.17 * near) * random.choice((0.68, 0.95, 1.0, 1.05))
        wide, x = tall * 0.17, random.uniform(0.03, 0.97)
        coat, trousers, skin = random.choice(CLOTHES), random.choice(CLOTHES[4:7]), random.choice(SKIN)
        shade = (_x(x - wide * 1.3), _y(y - 0.006), _x(x + wide * 1.3), _y(y + 0.008))
        draw.ellipse(shade, fill="#8d867b")
        for side in (-0.55, 0.1):
            draw.rectangle(
                (_x(x + wide * side), _y(y - tall * 0.45), _x(x + wide * (side + 0.45)), _y(y)), fill=trousers
            )
        body = (_x(x - wide * 0.75), _y(y - tall * 0.82), _x(x + wide * 0.75), _y(y - tall * 0.35))
        draw.rounded_rectangle(body, radius=_x(wide * 0.4), fill=coat)
        head = _x(wide * 0.42)
        middle = _x(x), _y(y - tall * 0.9)
        draw.ellipse((middle[0] - head, middle[1] - head, middle[0] + head, middle[1] + head), fill=skin)


def _falling(draw: "ImageDraw", random: Random, colour: str) -> None:
    for _ in range(90):
        x, y, radius = _x(random.random()), _y(random.random()), random.uniform(2, 6)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
