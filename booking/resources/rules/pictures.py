"""A photo as anybody may send it becomes a picture of ours: its type proven, its size bounded, what it told removed."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

from booking.errors import N_, Invalid, Refusal

LARGEST_FILE = 6 * 1024 * 1024
"""Bytes of what is sent."""

MOST_PIXELS = 40_000_000
"""Of what is sent: a small file can unfold into more than a server has memory for."""

LONGEST_SIDE = 1600
"""Pixels of what is kept."""

MEDIA_TYPE = "image/webp"
"""Of what is kept."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError, IndexError, KeyError, TypeError)
"""What Pillow raises on files that lie about themselves."""

# The library's own guard warns through a channel shared by all threads; `_opened` refuses by itself, before decoding.
Image.MAX_IMAGE_PIXELS = None


class PictureRefused(Invalid):
    """What was sent is no photo that can be kept."""

    code = "picture"
    message = N_("Cette image est illisible. Envoyez une photo JPEG, PNG ou WebP.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored: WebP, no metadata. `digest` is the SHA-256 of its content in hexadecimal."""

    content: bytes
    digest: str
    width: int
    height: int


def picture(sent: bytes) -> Picture:
    """The picture in those bytes, upright, at most `LONGEST_SIDE` pixels wide or high, encoded anew.

    Raises PictureRefused when it is too large, has too many pixels, or is not really a JPEG, PNG or WebP, whatever its
    name says. Of an animation the first image is kept.
    """
    if len(sent) > LARGEST_FILE:
        message = N_("Cette photo dépasse 6 Mo. Envoyez-la en plus petit.")
        raise PictureRefused(Refusal("picture_too_large", message, field="photo"))
    try:
        with _opened(sent) as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            plain = _flat(upright)
            kept = io.BytesIO()
            plain.save(kept, "WEBP", quality=82, method=4)
    except _UNREADABLE as error:
        raise PictureRefused(Refusal(PictureRefused.code, PictureRefused.message, field="photo")) from error
    content = kept.getvalue()
    return Picture(content, hashlib.sha256(content).hexdigest(), plain.width, plain.height)


def _opened(sent: bytes) -> Image.Image:
    """The image, its header read and nothing decoded yet."""
    image = Image.open(io.BytesIO(sent), formats=_FORMATS)
    if image.width * image.height > MOST_PIXELS:
        image.close()
        message = N_("Cette photo a trop de points : au plus 40 millions. Réduisez-la avant de l’envoyer.")
        raise PictureRefused(Refusal("picture_too_many_pixels", message, field="photo"))
    return image


def _flat(image: Image.Image) -> Image.Image:
    """The image in plain colours on white: no palette, no transparency, no profile, no text of any kind."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        image = ground
    colours = image.convert("RGB")
    return Image.frombytes("RGB", colours.size, colours.tobytes())
