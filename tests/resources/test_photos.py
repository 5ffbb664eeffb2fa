"""The pictures of a resource, and who may fetch their files."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.people.schemas import VISITOR, Asker
from booking.resources.actions import photos as actions
from booking.resources.queries import lists, seen
from booking.resources.rules import Audience
from booking.resources.rules.pictures import Picture, picture
from booking.resources.schemas import ResourceFilter
from booking.values.ids import ResourceId
from tests.support.statements import counted
from tests.support.world import NOW, World


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu()
    made.resource()
    return made


@pytest.fixture
def manager(world: World) -> Asker:
    return world.staff("la-grande-ecluse")


@pytest.fixture
def quai(world: World) -> ResourceId:
    return world.resources["la-grande-ecluse-quai-6"]


def photo(colour: str = "#a3175b") -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return picture(out.getvalue())


def shown(asker: Asker = VISITOR) -> list[tuple[str, str]]:
    return [(p.digest, p.alt) for p in read(seen.resource_by_slug, asker, "la-grande-ecluse-quai-6").photos]


def test_photos_are_shown_in_order(manager: Asker, quai: ResourceId) -> None:
    pink, blue = photo(), photo("#0a5361")
    write(actions.add_photo, manager, quai, pink, "Le bureau vu de la porte", NOW)
    write(actions.add_photo, manager, quai, blue, "La vue sur le canal", NOW)
    assert shown() == [(pink.digest, "Le bureau vu de la porte"), (blue.digest, "La vue sur le canal")]
    write(actions.put_photo_first, manager, quai, blue.digest)
    assert [digest for digest, _ in shown()] == [blue.digest, pink.digest]
    [card] = read(lists.search_resources, VISITOR, ResourceFilter()).items
    assert card.photo is not None
    assert (card.photo.digest, card.photo.width, card.photo.height) == (blue.digest, 60, 40)
    write(actions.remove_photo, manager, quai, blue.digest)
    assert [digest for digest, _ in shown()] == [pink.digest]


def test_the_file_is_what_was_stored(manager: Asker, quai: ResourceId) -> None:
    made = photo()
    write(actions.add_photo, manager, quai, made, "Le bureau", NOW)
    file = read(seen.photo_by_digest, VISITOR, made.digest)
    assert (file.content, file.public) == (made.content, True)
    for nothing in ("", "x", "0" * 64, made.digest.upper(), made.digest + "\n", "../" + made.digest):
        with pytest.raises(NotFound):
            read(seen.photo_by_digest, VISITOR, nothing)


def test_lists_never_read_the_files(manager: Asker, quai: ResourceId) -> None:
    write(actions.add_photo, manager, quai, photo(), "Le bureau", NOW)
    with counted() as sent:
        read(lists.search_resources, VISITOR, ResourceFilter())
        shown()
    assert not [each for each in sent if "photo.content" in each]


def test_a_picture_of_what_one_may_not_see_is_not_found(world: World, manager: Asker) -> None:
    world.resource("Coulisses", seen_by=Audience.STAFF, booked_by=Audience.STAFF)
    hidden = world.resources["la-grande-ecluse-coulisses"]
    made = photo()
    write(actions.add_photo, manager, hidden, made, "Les coulisses", NOW)
    with pytest.raises(NotFound):
        read(seen.photo_by_digest, VISITOR, made.digest)
    assert not read(seen.photo_by_digest, manager, made.digest).public
    write(actions.add_photo, manager, world.resources["la-grande-ecluse-quai-6"], made, "La même, en public", NOW)
    assert read(seen.photo_by_digest, VISITOR, made.digest).public


def test_what_is_refused_changes_nothing(manager: Asker, quai: ResourceId) -> None:
    made = photo()
    for alt in ("", "x" * 201, "a\nb"):
        with pytest.raises(Invalid) as refusal:
            write(actions.add_photo, manager, quai, made, alt, NOW)
        assert [r.field for r in refusal.value.reasons] == ["alt"]
    write(actions.add_photo, manager, quai, made, "Le bureau", NOW)
    with pytest.raises(actions.SamePhoto):
        write(actions.add_photo, manager, quai, made, "Encore", NOW)
    for number in range(actions.MOST_PHOTOS - 1):
        write(actions.add_photo, manager, quai, photo(f"#00{20 * number:02x}00"), "Une de plus", NOW)
    with pytest.raises(actions.TooManyPhotos):
        write(actions.add_photo, manager, quai, photo("#ffffff"), "Une de trop", NOW)
    assert len(shown()) == actions.MOST_PHOTOS


def test_only_the_lieus_managers_touch_them(world: World, manager: Asker, quai: ResourceId) -> None:
    made = photo()
    write(actions.add_photo, manager, quai, made, "Le bureau", NOW)
    world.lieu("Une autre")
    for asker in (VISITOR, world.steward(), world.staff("une-autre")):
        with pytest.raises(NotFound):
            write(actions.add_photo, asker, quai, photo("#123456"), "x", NOW)
        for change in (actions.remove_photo, actions.put_photo_first):
            with pytest.raises(NotFound):
                write(change, asker, quai, made.digest)
    for change in (actions.remove_photo, actions.put_photo_first):
        with pytest.raises(NotFound):
            write(change, manager, quai, "0" * 64)
    assert len(shown()) == 1
