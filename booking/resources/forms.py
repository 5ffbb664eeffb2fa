"""What the pages of resources send, field by field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, ValidationError

from booking.errors import N_
from booking.resources.rules import (
    FEATURE_NAMES,
    KIND_NAMES,
    MOST_UNITS,
    Audience,
    Feature,
    ResourceDraft,
    ResourceKind,
    Take,
    numbered,
)
from booking.web.fields import CountField, DurationField
from booking.web.forms import (
    BaseForm,
    LineField,
    TextField,
    checkbox_field,
    lazy_gettext,
    radio_field,
    select_field,
    tidy_line,
)

AUDIENCE_NAMES = {
    Audience.EVERYONE: N_("tout le monde"),
    Audience.MEMBERS: N_("les membres du lieu"),
    Audience.STAFF: N_("l’équipe du lieu"),
}


class ResourceForm(BaseForm):
    """Something a lieu offers, its units, the rules of its use and its price list.

    `among` tells it the units that the lieu has, so that new ones get names of their own.
    """

    _taken: Collection[str] = ()

    kind = radio_field(
        lazy_gettext("C’est"),
        [(kind.value, lazy_gettext(said)) for kind, said in KIND_NAMES.items()],
        default=ResourceKind.DESK.value,
    )
    name = LineField(lazy_gettext("Nom"), 120, [DataRequired(lazy_gettext("Indiquez le nom que l’on réserve."))])
    summary = LineField(
        lazy_gettext("En une ligne"), 300, description=lazy_gettext("Dans les listes, sous le nom : 8 postes au calme.")
    )
    text = TextField(lazy_gettext("Description"), 4000)
    features = checkbox_field(
        lazy_gettext("Ce qu’on y trouve"),
        [(feature.value, lazy_gettext(said)) for feature, said in FEATURE_NAMES.items()],
    )
    capacity = CountField(
        lazy_gettext("Personnes au plus"), 1, 10_000, default=1, missing=lazy_gettext("Indiquez un nombre.")
    )
    units = TextField(
        lazy_gettext("Unités, une par ligne"),
        30_000,
        description=lazy_gettext(
            "Une unité est une chose qui ne peut servir qu’à une réservation à la fois. "
            "Le nom d’une unité d’une autre ressource désigne la même chose : "
            "une salle faite de ses bureaux ne se réserve pas quand l’un d’eux l’est. "
            "Vide : une seule, du nom de la ressource."
        ),
    )
    more_units = CountField(
        lazy_gettext("Unités identiques à ajouter"),
        0,
        MOST_UNITS,
        description=lazy_gettext("Elles sont numérotées d’après le nom : Portable 1, Portable 2…"),
    )
    take = radio_field(
        lazy_gettext("Une réservation prend"),
        [
            (Take.ALL.value, lazy_gettext("toutes les unités ensemble")),
            (Take.ANY.value, lazy_gettext("une ou plusieurs, n’importe lesquelles")),
        ],
        default=Take.ALL.value,
    )
    tariff = select_field(lazy_gettext("Tarif"), (), validate_choice=False)
    step = DurationField(
        lazy_gettext("Tranche"),
        default=30,
        missing=lazy_gettext("Indiquez une durée."),
        description=lazy_gettext("Les débuts et les durées se choisissent de pas en pas."),
    )
    shortest = DurationField(lazy_gettext("Au moins"), default=30, missing=lazy_gettext("Indiquez une durée."))
    longest = DurationField(lazy_gettext("Au plus"), default=14 * 1440, missing=lazy_gettext("Indiquez une durée."))
    notice = DurationField(lazy_gettext("Au plus tard"), description=lazy_gettext("Avant le début ; vide sans délai."))
    horizon_days = CountField(
        lazy_gettext("Jours à l’avance, au plus"), 1, 800, default=90, missing=lazy_gettext("Indiquez un nombre.")
    )
    buffer_before = DurationField(lazy_gettext("Battement avant"))
    buffer_after = DurationField(
        lazy_gettext("Battement après"), description=lazy_gettext("Pour préparer et ranger, entre deux réservations.")
    )
    seen_by = select_field(
        lazy_gettext("Qui la voit"), [(each.value, lazy_gettext(said)) for each, said in AUDIENCE_NAMES.items()]
    )
    booked_by = select_field(
        lazy_gettext("Qui la réserve"), [(each.value, lazy_gettext(said)) for each, said in AUDIENCE_NAMES.items()]
    )
    free_cancel_hours = CountField(
        lazy_gettext("Annulation sans frais, heures avant le début"),
        0,
        8760,
        default=24,
        missing=lazy_gettext("Indiquez un nombre d’heures, 0 pour toujours sans frais."),
    )
    kept_percent = CountField(
        lazy_gettext("Part gardée ensuite"), 0, 100, default=50, missing=lazy_gettext("Indiquez une part, de 0 à 100.")
    )
    position = CountField(lazy_gettext("Rang dans la liste"), 0, 10_000, default=0)

    @classmethod
    def showing(cls, draft: ResourceDraft, tariff: str) -> ResourceForm:
        """The form filled with what is."""
        values: dict[str, Any] = {
            "kind": draft.kind.value,
            "name": draft.name,
            "summary": draft.summary,
            "text": draft.text,
            "features": [feature.value for feature in draft.features],
            "capacity": draft.capacity,
            "units": "\n".join(draft.units),
            "take": draft.take.value,
            "tariff": tariff,
            "step": draft.step,
            "shortest": draft.shortest,
            "longest": draft.longest,
            "notice": draft.notice or None,
            "horizon_days": draft.horizon_days,
            "buffer_before": draft.buffer_before or None,
            "buffer_after": draft.buffer_after or None,
            "seen_by": draft.seen_by.value,
            "booked_by": draft.booked_by.value,
            "free_cancel_hours": draft.free_cancel_hours,
            "kept_percent": draft.kept_percent,
            "position": draft.position,
        }
        return cls(formdata=None, data=values)

    def offer(self, tariffs: Sequence[tuple[str, str]]) -> ResourceForm:
        """The same form with these price lists (uid, name) to choose from."""
        none = ("", _("Aucun : elle ne se réserve pas encore"))
        self.tariff.choices = [SelectChoice(uid, name) for uid, name in (none, *tariffs)]
        return self

    def among(self, units: Collection[str]) -> ResourceForm:
        """The same form in a lieu that has units of these names."""
        self._taken = units
        return self

    def validate_units(self, field: Field) -> None:
        """There are not too many, and their names are not too long."""
        if len(self.unit_names()) > MOST_UNITS:
            raise ValidationError(_("Au plus %(most)s unités.", most=MOST_UNITS))
        if any(len(name) > 120 for name in field.data.split("\n")):  # noqa: PLR2004 - the length of a name
            raise ValidationError(_("Le nom d’une unité a au plus 120 caractères."))

    def unit_names(self) -> tuple[str, ...]:
        """The units by name, each once, and the identical ones that were asked for; one when nothing was."""
        lines = (tidy_line(line) for line in (self.units.data or "").split("\n"))
        named = tuple(dict.fromkeys(name for name in lines if name))
        more = self.more_units.data or (0 if named else 1)
        return (*named, *numbered(self.name.data or _("Unité"), more, {*named, *self._taken})) if more else named

    def draft(self) -> ResourceDraft:
        """What a valid form says."""
        return ResourceDraft(
            kind=ResourceKind(self.kind.data),
            name=self.name.data,
            units=self.unit_names(),
            take=Take(self.take.data),
            summary=self.summary.data,
            text=self.text.data,
            features=frozenset(Feature(each) for each in self.features.data or ()),
            capacity=self.capacity.data,
            step=self.step.data,
            shortest=self.shortest.data,
            longest=self.longest.data,
            notice=self.notice.data or 0,
            horizon_days=self.horizon_days.data,
            buffer_before=self.buffer_before.data or 0,
            buffer_after=self.buffer_after.data or 0,
            seen_by=Audience(self.seen_by.data),
            booked_by=Audience(self.booked_by.data),
            free_cancel_hours=self.free_cancel_hours.data,
            kept_percent=self.kept_percent.data,
            position=self.position.data or 0,
        )


class PhotoForm(BaseForm):
    """A picture, and what is to be seen on it."""

    photo = FileField(lazy_gettext("Photo"), description=lazy_gettext("JPEG, PNG ou WebP, 6 Mo au plus."))
    alt = LineField(
        lazy_gettext("Ce qu’on y voit"),
        200,
        [DataRequired(lazy_gettext("Décrivez la photo en une phrase, pour qui ne la voit pas."))],
    )

    def sent(self) -> bytes:
        """The file's content, empty when none was chosen."""
        return self.photo.data.read() if self.photo.data else b""


class RenameUnitForm(BaseForm):
    """Another name for a unit."""

    unit = select_field(lazy_gettext("Unité"), (), validate_choice=False)
    new_name = LineField(lazy_gettext("Nouveau nom"), 120, [DataRequired(lazy_gettext("Indiquez le nouveau nom."))])

    def offer(self, names: Sequence[str]) -> RenameUnitForm:
        """The same form with these units to choose from."""
        self.unit.choices = [SelectChoice(name, name) for name in names]
        return self
