"""E-mail addresses as they are compared and kept. Pure."""

from __future__ import annotations

import email_validator

LONGEST = 254
"""Characters (RFC 5321, 4.5.3.1.3, less the brackets)."""

for _name in ("local", "localhost", "test"):
    # The library's documented way: an Archipel of a home network, and one being tried, have people too.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_name)


def address(text: str) -> str | None:
    """The address in its one form, lower case throughout (no known provider tells `Ines@` from `ines@`), or None.

    Only what every mail server takes: ASCII before the @, an international domain in its ASCII form.
    Whether it answers is found out by writing to it.
    """
    text = text.strip()
    try:
        parsed = email_validator.validate_email(
            text,
            check_deliverability=False,
            strict=True,
            allow_smtputf8=False,
            globally_deliverable=not text.endswith("@localhost"),
        )
    except email_validator.EmailNotValidError:
        return None
    tidy = (parsed.ascii_email or parsed.normalized).lower()
    return tidy if len(tidy) <= LONGEST else None
