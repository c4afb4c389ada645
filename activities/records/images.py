"""A picture as it was sent made into one that is safe to keep: upright, small, and without what the camera wrote."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 15 * 1024 * 1024
# A phone's largest mode has some 50 million pixels; each takes three bytes once unpacked.
MOST_PIXELS = 64_000_000
LONGEST_EDGE = 2000
QUALITY = 82
READ = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Picture:
    """A JPEG without metadata."""

    data: bytes
    width: int
    height: int


def cleaned(file: IO[bytes], size: int) -> Picture:
    """
    The picture turned upright and encoded anew; nothing but its pixels is kept.

    ValidationError in words for what is too large, or no picture.
    """
    # Pillow takes its time to load, and few pages take pictures.
    from PIL import Image, ImageOps

    if size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 15 MB. Choose a smaller photo."), code="too_large")
    try:
        image = Image.open(file, formats=READ)
        # Asked before anything is unpacked: a small file can hold a picture that fills the memory.
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This is not a photo that can be read. Choose a JPEG, PNG or WebP file."), code="no_picture"
        ) from error
    # A new canvas has pixels and nothing else; what was see-through becomes white.
    canvas = Image.new("RGB", upright.size, "white")
    canvas.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), canvas.width, canvas.height)


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("The picture has too many pixels. Choose a smaller photo."), code="too_many_pixels")
