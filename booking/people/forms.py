"""What the pages of people send, field by field, with the sentence shown when it is wrong."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, Field, HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import EmailInput

from booking.people.rules import ROLE_NAMES, Role, Scope, address
from booking.people.rules.addresses import LONGEST as LONGEST_ADDRESS
from booking.people.rules.passwords import LONGEST as LONGEST_PASSWORD
from booking.values.wall import ZONES
from booking.web.forms import BaseForm, LineField, checkbox_field, lazy_gettext, radio_field, select_field

EXPIRIES = ("30", "90", "365", "")
"""Days that an API token may live; the empty one lives until it is revoked."""


def readable(_form: Any, field: Field) -> None:
    """A name has at least one letter or digit."""
    if not any(c.isalnum() for c in field.data):
        raise ValidationError(gettext("Un nom s’écrit avec des lettres."))


class AddressField(LineField):
    """An e-mail address; its data is the address in its one form."""

    widget = EmailInput()

    def __init__(self, label: Any, **options: Any) -> None:
        missing = DataRequired(lazy_gettext("Indiquez une adresse, par exemple ines@exemple.fr."))
        super().__init__(label, LONGEST_ADDRESS, [missing], **options)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:  # noqa: ARG002, FBT001 - WTForms' signature
        """Read the address, once it is known to be there and not too long."""
        if self.errors:
            return
        found = address(self.data or "")
        if found is None:
            raise ValidationError(gettext("Cette adresse ne peut pas exister. Exemple : ines@exemple.fr."))
        self.data = found


class SecretField(PasswordField):
    """A password as it was typed: nothing is cut off or cleaned."""

    data: str

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(
            label,
            [
                InputRequired(lazy_gettext("Indiquez le mot de passe.")),
                Length(
                    max=LONGEST_PASSWORD, message=lazy_gettext("Au plus %(limit)s caractères.", limit=LONGEST_PASSWORD)
                ),
            ],
            **options,
        )


class NameField(LineField):
    """A name of somebody or something: one line, with something to read in it."""

    def __init__(self, label: Any, missing: Any, **options: Any) -> None:
        super().__init__(label, 120, [DataRequired(missing), readable], **options)


def language_field(label: Any) -> Any:
    """French or English, each in its own words."""
    wrong = lazy_gettext("Choisissez une des deux langues.")
    return radio_field(label, (("fr", "Français"), ("en", "English")), wrong, validators=[InputRequired(wrong)])


def _roles() -> list[tuple[str, Any]]:
    return [(role.value, lazy_gettext(name)) for role, name in ROLE_NAMES.items()]


class SignInForm(BaseForm):
    """Address and password."""

    next = HiddenField()
    email = AddressField(lazy_gettext("Adresse électronique"))
    password = SecretField(lazy_gettext("Mot de passe"))


class SignUpForm(BaseForm):
    """A new account."""

    name = NameField(lazy_gettext("Nom"), lazy_gettext("Indiquez le nom sous lequel les lieux vous connaîtront."))
    email = AddressField(lazy_gettext("Adresse électronique"))
    password = SecretField(lazy_gettext("Mot de passe"))
    language = language_field(lazy_gettext("Langue de vos courriels"))


class AddressForm(BaseForm):
    """Where to mail a link."""

    email = AddressField(lazy_gettext("Adresse électronique"))


class PressForm(BaseForm):
    """Nothing but a button."""


class PasswordAskedForm(BaseForm):
    """The password again, before something that cannot be taken back."""

    password = SecretField(lazy_gettext("Votre mot de passe"))


class NewPasswordForm(BaseForm):
    """A new password, by a mailed link."""

    password = SecretField(lazy_gettext("Nouveau mot de passe"))


class ChangePasswordForm(BaseForm):
    """A new password, by the present one."""

    present = SecretField(lazy_gettext("Mot de passe actuel"))
    password = SecretField(lazy_gettext("Nouveau mot de passe"))


class ChangeEmailForm(BaseForm):
    """A new address, by the password."""

    email = AddressField(lazy_gettext("Nouvelle adresse"))
    password = SecretField(lazy_gettext("Votre mot de passe"))


class ProfileForm(BaseForm):
    """What is shown of somebody, and what is written to them."""

    name = NameField(lazy_gettext("Nom"), lazy_gettext("Indiquez le nom sous lequel les lieux vous connaîtront."))
    language = language_field(lazy_gettext("Langue"))
    timezone = select_field(
        lazy_gettext("Fuseau horaire de votre calendrier"),
        (
            ("", lazy_gettext("Celui de chaque lieu")),
            *((zone, zone.partition("/")[2].replace("_", " ")) for zone in ZONES),
        ),
    )
    wants_reminder = BooleanField(lazy_gettext("Me rappeler mes réservations la veille"))
    wants_host_mail = BooleanField(lazy_gettext("M’écrire quand quelqu’un réserve dans un lieu où j’accueille"))


class TokenForm(BaseForm):
    """A new API token."""

    name = NameField(lazy_gettext("À quoi sert-il ?"), lazy_gettext("Nommez le programme qui s’en servira."))
    scope = radio_field(
        lazy_gettext("Ce qu’il permet"),
        (
            (Scope.READ.value, lazy_gettext("Lire ce que vous voyez")),
            (Scope.WRITE.value, lazy_gettext("Lire, réserver et modifier en votre nom")),
        ),
        default=Scope.READ.value,
    )
    days = select_field(
        lazy_gettext("Valable"),
        zip(
            EXPIRIES,
            (
                lazy_gettext("30 jours"),
                lazy_gettext("90 jours"),
                lazy_gettext("un an"),
                lazy_gettext("jusqu’à révocation"),
            ),
            strict=True,
        ),
        default=EXPIRIES[1],
    )


class JoinForm(BaseForm):
    """The account of somebody who was invited: the address is that of the invitation."""

    name = NameField(lazy_gettext("Nom"), lazy_gettext("Indiquez le nom sous lequel les lieux vous connaîtront."))
    password = SecretField(lazy_gettext("Mot de passe"))
    language = language_field(lazy_gettext("Langue de vos courriels"))


class InviteForm(BaseForm):
    """Somebody to invite."""

    email = AddressField(lazy_gettext("Adresse électronique"))
    role = select_field(lazy_gettext("Rôle"), _roles())


class RolesForm(BaseForm):
    """The roles of somebody in a lieu."""

    roles = checkbox_field(
        lazy_gettext("Rôles"),
        _roles(),
        validators=[InputRequired(lazy_gettext("Gardez au moins un rôle, ou retirez la personne du lieu."))],
    )

    def wanted(self) -> frozenset[Role]:
        """The roles that were ticked."""
        return frozenset(Role(each) for each in self.roles.data or ())
