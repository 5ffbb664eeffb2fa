"""Photos: what a picture is allowed to be, and what it is not allowed to tell."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from booking.resources.rules.pictures import LARGEST_FILE, LONGEST_SIDE, PictureRefused, picture

SECRET = b"48.1173N 1.6778W, appareil de Nolwenn"


COLOURS = {"RGB": "#a3175b", "RGBA": "#a3175b00", "L": "#5a5a5a", "P": "#000000", "CMYK": "#0a5361"}


def encoded(kind: str, size: tuple[int, int] = (120, 80), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size, COLOURS[mode])
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def kept(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")],
)
def test_the_three_kinds_become_webp(kind: str, mode: str) -> None:
    made = picture(encoded(kind, mode=mode))
    image = kept(made.content)
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (120, 80))
    assert (made.width, made.height, len(made.digest)) == (120, 80, 64)


def test_what_is_transparent_becomes_white() -> None:
    darkest = kept(picture(encoded("PNG", mode="RGBA")).content).convert("L").getextrema()[0]
    assert isinstance(darkest, (int, float))
    assert darkest > 250


def test_the_same_photo_has_the_same_name_and_another_another() -> None:
    assert picture(encoded("PNG")).digest == picture(encoded("PNG")).digest
    assert picture(encoded("PNG")).digest != picture(encoded("PNG", (121, 80))).digest


@pytest.mark.parametrize(
    ("size", "expected"),
    [((3200, 1600), (1600, 800)), ((900, 3600), (400, 1600)), ((1600, 1600), (1600, 1600)), ((1, 5000), (1, 1600))],
)
def test_a_large_photo_is_made_smaller_and_a_small_one_is_left(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = picture(encoded("JPEG", size))
    assert (made.width, made.height) == expected
    assert max(expected) <= LONGEST_SIDE


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = picture(encoded("JPEG", (120, 80), exif=exif.tobytes()))
    assert (made.width, made.height) == (80, 120)


def test_nothing_is_told_but_the_image() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    for sent in (
        encoded("JPEG", exif=exif.tobytes(), comment=SECRET, icc_profile=SECRET),
        encoded("PNG", pnginfo=text),
        encoded("WEBP", exif=exif.tobytes(), xmp=SECRET),
    ):
        assert SECRET in sent
        made = picture(sent)
        assert SECRET not in made.content
        assert not set(kept(made.content).info) & {"exif", "icc_profile", "xmp", "comment", "Comment"}


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is that large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture"),
        (b"%PDF-1.7\n", "picture"),
        (encoded("GIF", mode="P"), "picture"),
        (encoded("TIFF"), "picture"),
        (encoded("BMP"), "picture"),
        (encoded("JPEG")[:200], "picture"),
        (encoded("PNG")[:120], "picture"),
        (bomb(60_000, 60_000), "picture_too_many_pixels"),
        (bomb(8000, 5001), "picture_too_many_pixels"),
        (bomb(4000, 4000), "picture"),
        (b"\0" * (LARGEST_FILE + 1), "picture_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
def test_what_is_no_photo_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refusal:
        picture(sent)
    assert [(r.code, r.field) for r in refusal.value.reasons] == [(code, "photo")]


@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 800),
)
@example(kind="PNG", changes=[(25, 0)], cut=800)
def test_a_damaged_photo_is_kept_or_refused_and_nothing_else(
    kind: str, changes: list[tuple[int, int]], cut: int
) -> None:
    sent = bytearray(encoded(kind))
    for place, value in changes:
        sent[place % len(sent)] = value
    try:
        made = picture(bytes(sent[:cut]))
    except PictureRefused:
        return
    assert kept(made.content).format == "WEBP"
