from __future__ import annotations

import pytest

from booking.people.rules import address
from booking.people.rules.agents import described


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ines@Exemple.FR", "ines@exemple.fr"),
        ("  a+b@exemple.fr ", "a+b@exemple.fr"),
        ("a@Bücher.de", "a@xn--bcher-kva.de"),
        ("root@localhost", "root@localhost"),
        ("root@maison.local", "root@maison.local"),
        ("a@essai.test", "a@essai.test"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "a", "@b.fr", "a@", "a@exemple", "a b@exemple.fr", "a@b.fr\nBcc: c@d.fr", "Ines <a@b.fr>", "a@[127.0.0.1]",
        "é@exemple.fr", '"a b"@exemple.fr', "a@" + "b" * 300 + ".fr", "x" * 65 + "@exemple.fr", "a\u200b@exemple.fr",
        "a@b.fr\x00", "a@b..fr", "<img>@b.fr",
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    assert address(typed) is None


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("<script>alert(1)</script> x", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_browsers_are_known_by_their_marks(agent: str, said: str) -> None:
    assert described(agent) == said
