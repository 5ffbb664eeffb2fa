"""Who a lieu is, where, how it is used, and who stands behind it: field by field."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired

from booking.places.rules import (
    KIND_NAMES,
    STATUS_NAMES,
    LieuIdentity,
    LieuKind,
    LieuLegal,
    LieuPractice,
    LieuStatus,
    Position,
    VatRegime,
    tidy_siret,
    web_address,
)
from booking.places.territories import territory_at
from booking.values.money import Money
from booking.values.wall import ZONES
from booking.web.fields import AmountField, ClockField, DegreesField, PercentField
from booking.web.forms import BaseForm, LineField, TextField, lazy_gettext, radio_field, select_field
from booking.web.zones import ZONE_NAMES

Find = Callable[[str, str], Position | None]
"""The centre of a town, by its name and a postcode."""


class IdentityForm(BaseForm):
    """Who and where a lieu is. Without a position the town's centre stands for it; without a zone, the position's."""

    name = LineField(
        lazy_gettext("Nom"), 120, [DataRequired(lazy_gettext("Indiquez le nom sous lequel on connaît le lieu."))]
    )
    kind = select_field(lazy_gettext("Genre"), [(kind.value, lazy_gettext(said)) for kind, said in KIND_NAMES.items()])
    status = radio_field(
        lazy_gettext("État"),
        [(status.value, lazy_gettext(said)) for status, said in STATUS_NAMES.items()],
        default=LieuStatus.OPEN.value,
    )
    summary = LineField(lazy_gettext("Le lieu en une phrase"), 300)
    address = LineField(lazy_gettext("Adresse"), 200)
    postcode = LineField(lazy_gettext("Code postal"), 10)
    commune = LineField(lazy_gettext("Commune"), 120, [DataRequired(lazy_gettext("Indiquez la commune."))])
    website = LineField(lazy_gettext("Site"), 500)
    latitude = DegreesField(lazy_gettext("Latitude"))
    longitude = DegreesField(lazy_gettext("Longitude"))
    timezone = select_field(
        lazy_gettext("Fuseau horaire"),
        [("", lazy_gettext("Celui de la position")), *((zone, lazy_gettext(ZONE_NAMES[zone])) for zone in ZONES)],
    )

    @classmethod
    def showing(cls, identity: LieuIdentity, prefix: str = "") -> IdentityForm:
        """The form filled with what is."""
        return cls(
            formdata=None,
            prefix=prefix,
            data={
                "name": identity.name,
                "kind": identity.kind.value,
                "status": identity.status.value,
                "summary": identity.summary,
                "address": identity.address,
                "postcode": identity.postcode,
                "commune": identity.commune,
                "website": identity.website or "",
                "latitude": identity.latitude,
                "longitude": identity.longitude,
                "timezone": identity.timezone,
            },
        )

    def draft(self, find: Find) -> LieuIdentity | None:
        """What a valid form says, or None with the sentence at the field that is wrong."""
        position = self._position(find)
        website = web_address(self.website.data) if self.website.data else None
        if self.website.data and website is None:
            self.website.errors = [*self.website.errors, _("Une adresse de site ressemble à https://exemple.fr.")]
        if position is None or (self.website.data and website is None):
            return None
        territory = territory_at(position.latitude, position.longitude)
        zone = self.timezone.data or (territory.timezone if territory else "")
        if not zone:
            message = _("Cette position est hors de France : choisissez le fuseau.")
            self.timezone.errors = [*self.timezone.errors, message]
            return None
        return LieuIdentity(
            name=self.name.data,
            kind=LieuKind(self.kind.data),
            status=LieuStatus(self.status.data),
            summary=self.summary.data,
            address=self.address.data,
            postcode=self.postcode.data.replace(" ", ""),
            commune=self.commune.data,
            website=website,
            latitude=position.latitude,
            longitude=position.longitude,
            timezone=zone,
        )

    def _position(self, find: Find) -> Position | None:
        north, east = self.latitude.data, self.longitude.data
        if north is None and east is None:
            found = find(self.commune.data, self.postcode.data)
            if found is None:
                message = _("Nous ne connaissons pas cette commune : indiquez la latitude et la longitude du lieu.")
                self.commune.errors = [*self.commune.errors, message]
            return found
        field = self.latitude if north is None else self.longitude
        if north is None or east is None:
            field.errors = [*field.errors, _("Indiquez la latitude et la longitude, ou aucune des deux.")]
            return None
        try:
            return Position(north, east)
        except ValueError:
            self.latitude.errors = [*self.latitude.errors, _("Cette position n’est pas sur la Terre.")]
            return None


class PracticeForm(BaseForm):
    """How a lieu is used."""

    access = TextField(
        lazy_gettext("Comment entrer"),
        4000,
        description=lazy_gettext(
            "Porte, code, wifi, à qui s’adresser. Montré seulement aux personnes dont la réservation est confirmée."
        ),
    )
    half_day_split = ClockField(
        lazy_gettext("Une demi-journée finit à"), missing=lazy_gettext("Indiquez l’heure qui coupe la journée en deux.")
    )
    public_feeds = BooleanField(
        lazy_gettext("Publier un calendrier par ressource"),
        description=lazy_gettext("Il dit quand elle est occupée, jamais par qui."),
    )

    @classmethod
    def showing(cls, practice: LieuPractice, prefix: str = "") -> PracticeForm:
        """The form filled with what is."""
        return cls(
            formdata=None,
            prefix=prefix,
            data={
                "access": practice.access,
                "half_day_split": practice.half_day_split,
                "public_feeds": practice.public_feeds,
            },
        )

    def draft(self) -> LieuPractice:
        """What a valid form says."""
        return LieuPractice(self.access.data, self.half_day_split.data, self.public_feeds.data)


class LegalForm(BaseForm):
    """Who stands behind a lieu, its VAT and what one person may owe it."""

    legal_name = LineField(lazy_gettext("Raison sociale"), 200)
    siret = LineField(lazy_gettext("SIRET"), 30, description=lazy_gettext("Quatorze chiffres, sur vos factures."))
    vat_regime = radio_field(
        lazy_gettext("Vos prix"),
        [
            (VatRegime.INCLUDED.value, lazy_gettext("comprennent la TVA")),
            (VatRegime.NONE.value, lazy_gettext("sont sans TVA (art. 293 B du CGI)")),
        ],
        validators=[InputRequired(lazy_gettext("Dites si vos prix comprennent la TVA."))],
    )
    vat_rate = PercentField(lazy_gettext("Taux de TVA"))
    debt_ceiling = AmountField(
        lazy_gettext("Ardoise au plus"),
        missing=lazy_gettext("Indiquez un montant ; 0 si rien ne se réserve sur compte."),
        description=lazy_gettext(
            "Ce qu’une personne peut devoir au lieu avant de régler. Les ardoises déjà ouvertes gardent leur plafond, "
            "qui se change aux comptes."
        ),
    )

    @classmethod
    def showing(cls, legal: LieuLegal, prefix: str = "") -> LegalForm:
        """The form filled with what is."""
        return cls(
            formdata=None,
            prefix=prefix,
            data={
                "legal_name": legal.legal_name,
                "siret": legal.siret or "",
                "vat_regime": legal.vat_regime.value,
                "vat_rate": legal.vat_basis_points or None,
                "debt_ceiling": legal.debt_ceiling,
            },
        )

    def draft(self) -> LieuLegal:
        """What a valid form says."""
        ceiling: Money = self.debt_ceiling.data
        return LieuLegal(
            legal_name=self.legal_name.data,
            siret=tidy_siret(self.siret.data) or None,
            vat_regime=VatRegime(self.vat_regime.data),
            vat_basis_points=self.vat_rate.data or 0,
            debt_ceiling=ceiling,
        )
