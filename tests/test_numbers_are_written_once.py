"""Numbers are rounded and written in one place: other ways are refused wherever people read what comes out."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("places", "activities", "measurements", "reports", "amp")
# Where a number is a place on a drawing, a count to make, or invented: nobody reads it as a figure.
DRAWN = {
    "activities/wheel.py",
    "amp/annual/views.py",
    "measurements/drawing.py",
    "measurements/reach.py",
    "measurements/reach_drawing.py",
    "measurements/scales.py",
    "measurements/views/delivered.py",
    "places/geometry.py",
    "places/matching_bar.py",
    "reports/plots.py",
}
# What is kept rather than written: money to the öre, floats as they are frozen, numbers as they were typed.
KEPT = {
    "measurements/forms/indicator.py",
    "measurements/models/representation.py",
    "places/financing.py",
    "places/queries.py",
    "reports/contexts/quarterly.py",
}
ONE_PLACE = {"places/numbers.py", "places/rounding.py"}
# On a terminal, for those who run it.
COMMANDS = {"measurements/management/commands/backtest_reach.py"}
IN_PYTHON = re.compile(
    r"number_format|floatformat|intcomma|(?<![\w.])round\(|\.quantize\(|\bROUND_|\{[^{}\"']*:[^{}\"']*(?:\.\d+[f%]|,)\}"
)
IN_TEMPLATES = re.compile(r"\|\s*(floatformat|intcomma|stringformat:\s*[\"'][^\"']*[feg%][\"'])")
IN_SCRIPTS = re.compile(r"toFixed|toPrecision|NumberFormat")


def _found(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_python_writes_no_number_of_its_own() -> None:
    spared = DRAWN | KEPT | ONE_PLACE | COMMANDS
    files = [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in spared and "migrations" not in path.parts and "demo" not in path.parts
    ]
    assert len(files) > 100
    assert _found(IN_PYTHON, files) == []


def test_templates_write_no_number_of_their_own() -> None:
    files = [path for kind in ("html", "txt", "svg") for path in sorted((ROOT / "templates").rglob(f"*.{kind}"))]
    assert len(files) > 100
    assert _found(IN_TEMPLATES, files) == []


def test_scripts_write_whole_numbers_only() -> None:
    files = sorted((ROOT / "static" / "js").rglob("*.js"))
    assert files
    assert _found(IN_SCRIPTS, files) == []


def test_the_rule_sees_each_other_way() -> None:
    for line in ('f"{x:.1f}"', 'f"{x:,}"', 'f"{x:.0%}"', "round(x)", "number_format(x, 1)", "x.quantize(y)"):
        assert IN_PYTHON.search(line), line
    for line in ("{{ x|floatformat }}", "{{ x|intcomma }}", "{{ x|stringformat:'.1f' }}"):
        assert IN_TEMPLATES.search(line), line
    assert not IN_PYTHON.search("_around(x)")
    assert not IN_TEMPLATES.search("{{ year|stringformat:'d' }}")
