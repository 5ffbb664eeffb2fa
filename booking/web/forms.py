"""Forms: the token against forgery, texts cleaned on the way in, and words for what is wrong."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length

from booking.errors import Invalid, Problem, Refusal
from booking.web.formats import sentence
from booking.web.problems import answer

csrf = CSRFProtect()

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

    def __init__(self, label: str, limit: int = 120, validators: Any = (), **options: Any) -> None:
        longest = Length(max=limit, message=_too_long(limit))
        super().__init__(label, [*validators, longest], filters=[tidy_line], **options)


class TextField(TextAreaField):
    """Several lines, tidied, at most `limit` characters."""

    def __init__(self, label: str, limit: int = 4000, validators: Any = (), **options: Any) -> None:
        longest = Length(max=limit, message=_too_long(limit))
        super().__init__(label, [*validators, longest], filters=[tidy_text], **options)


def _too_long(limit: int) -> Any:
    return lazy_gettext("Au plus %(limit)s caractères.", limit=limit)


class BaseForm(FlaskForm):
    """A page's form. `refuse` puts the core's refusals beside the fields that they concern."""

    class Meta(FlaskForm.Meta):
        """French is the source language; messages of our own are translated where they stand."""

        locales = ()

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
        text = _("Cette page est restée ouverte trop longtemps. Rechargez-la, vos données n'ont pas été envoyées.")
        return answer(403, [{"code": "csrf", "message": text}])
