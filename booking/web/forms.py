"""Forms: the token against forgery, texts cleaned on the way in, and words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect
from flask_wtf.form import _Auto
from wtforms import Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from booking.errors import Invalid, Problem, Refusal
from booking.web.formats import sentence
from booking.web.problems import answer

csrf = CSRFProtect()

lazy_gettext: Any = _lazy_gettext
"""A sentence that is translated when it is shown. `Any`, since the stubs of WTForms know of str alone."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BREAKS = re.compile(r"[\r\n\t]+")


def tidy_line(text: str | None) -> str:
    """One line of text as people meant it: no control characters, no line breaks, no stray spaces."""
    return " ".join(_CONTROLS.sub("", _BREAKS.sub(" ", text or "")).split())


def tidy_text(text: str | None) -> str:
    """Several lines of text: breaks kept as single newlines, control characters dropped."""
    return _CONTROLS.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


class LineField(StringField):
    """One line, tidied, at most `limit` characters."""

    data: str

    def __init__(self, label: Any, limit: int = 120, validators: Any = (), **options: Any) -> None:
        longest = Length(max=limit, message=_too_long(limit))
        super().__init__(label, [*validators, longest], filters=[tidy_line], **options)


class TextField(TextAreaField):
    """Several lines, tidied, at most `limit` characters."""

    data: str

    def __init__(self, label: Any, limit: int = 4000, validators: Any = (), **options: Any) -> None:
        longest = Length(max=limit, message=_too_long(limit))
        super().__init__(label, [*validators, longest], filters=[tidy_text], **options)


def _too_long(limit: int) -> Any:
    return lazy_gettext("Au plus %(limit)s caractères.", limit=limit)


def select_field(label: Any, choices: Iterable[tuple[str, Any]], wrong: Any = None, **options: Any) -> Any:
    """One of (value, label), in a list that opens. `wrong` is said when something else was sent."""
    return SelectField(label, **_chosen_from(choices, wrong), **options)


def radio_field(label: Any, choices: Iterable[tuple[str, Any]], wrong: Any = None, **options: Any) -> Any:
    """One of (value, label), all of them in sight."""
    return RadioField(label, **_chosen_from(choices, wrong), **options)


def checkbox_field(label: Any, choices: Iterable[tuple[str, Any]], wrong: Any = None, **options: Any) -> Any:
    """Any number of (value, label), each with a box to tick."""
    boxes: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
    return SelectMultipleField(label, **_chosen_from(choices, wrong), **boxes, **options)


def _chosen_from(choices: Iterable[tuple[str, Any]], wrong: Any) -> dict[str, Any]:
    return {
        "choices": [SelectChoice(value, label) for value, label in choices],
        "invalid_choice_message": wrong or lazy_gettext("Choisissez dans la liste."),
    }


class BaseForm(FlaskForm):
    """A page's form. `refuse` puts the core's refusals beside the fields that they concern."""

    class Meta(FlaskForm.Meta):
        """French is the source language; messages of our own are translated where they stand."""

        locales = ()

    def __init__(self, formdata: Any = _Auto, **options: Any) -> None:
        super().__init__(formdata, **options)  # type: ignore[no-untyped-call]  # Flask-WTF has no types

    def is_submitted(self) -> bool:
        """Whether the request sends a form."""
        return bool(super().is_submitted())  # type: ignore[no-untyped-call]  # as above

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the request sends this form, and every field is right."""
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]  # as above

    def refuse(self, problem: Problem) -> list[str]:
        """Show each reason at its field where the form has it; return the sentences that belong to no field."""
        rest = []
        for reason in problem.reasons:
            field = self._fields.get(reason.field or "")
            if field is None:
                rest.append(sentence(reason))
            else:
                field.errors = [*field.errors, sentence(reason)]
        return rest


def read_query(form: type[Form]) -> Form:
    """A form filled from the address's query, without a token: reading changes nothing."""
    return form(request.args, meta={"csrf": False})


def check(form: FlaskForm) -> None:
    """Raise Invalid with a reason per field unless the form is right; for edges that do not show the form again."""
    if form.validate():
        return
    raise Invalid(
        *(Refusal("field", "%(text)s", {"text": str(e)}, name) for name, errors in form.errors.items() for e in errors)
    )


def register(app: Flask) -> None:
    """Ask for the token on every state-changing request of a browser."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    csrf.init_app(app)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Any:
        text = _("Cette page est restée ouverte trop longtemps. Rechargez-la, vos données n’ont pas été envoyées.")
        return answer(403, [{"code": "csrf", "message": text}])
