from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import Busy, Invalid
from booking.people import passwords
from booking.people.rules.passwords import LONGEST, SHORTEST, refusals

NAME, EMAIL = "Inès Le Goff", "ines.legoff@exemple.fr"


def codes(password: str) -> list[str]:
    return [reason.code for reason in refusals(password, (NAME, "ines.legoff"), passwords.common())]


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse2024", "Mot de passe 2024", "MOTDEPASSE!!!!", "m0td3p4ss3!!!", "Soleil2024!!!", "Vacances2026!!",
        "P@ssw0rd12345", "passwordpassword", "azertyuiop12", "@zerty1234567", "qwertyuiop123", "1qaz2wsx3edc",
        "1q2w3e4r5t6y", "123456789012", "987654321098", "abcdefghijkl", "aaaaaaaaaaaa", "abababababab",
        "abcabcabcabc", "iloveyou1234", "jetaimejetaime", "superman superman", "19871987198719", "!!!!PaSsWoRd",
        "football-football", "tierslieux2026", "            ",
    ],
)  # fmt: skip
def test_what_many_choose_is_refused(password: str) -> None:
    assert codes(password) == ["password_common"]


@pytest.mark.parametrize(
    "password",
    ["ines.legoff-2026", "Goff et le chat noir", "INÈS adore la mer", "mon Archipel préféré", "4rch1pel archipel"],
)
def test_what_is_about_its_owner_or_us_is_refused(password: str) -> None:
    assert codes(password) == ["password_personal"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple", "cheval batterie agrafe", "pomme-tracteur-lundi", "la mer est belle ce soir",
        "xK9#mQ2$vL7p", "kN7pQ2rT9wXz", "éàùçôîêïüœæÿ", "日本語のパスワードです。よい", "🐙🦀🐚🐠 marée basse ici",
        "Tr0ub4dor&3xyz", "un deux trois soleil noir",
    ],
)  # fmt: skip
def test_what_is_long_and_own_is_taken_without_rules_of_composition(password: str) -> None:
    assert codes(password) == []


def test_length_counts_in_characters() -> None:
    assert codes("kN7pQ2rT9wX") == ["password_short"]
    assert codes("") == ["password_short"]
    assert codes("kN7pQ2rT9wXz" * 11) == ["password_long"]
    whole = "".join(chr(0x4E00 + n) for n in range(LONGEST))
    assert codes(whole) == []


@given(st.text(max_size=LONGEST + 10))
def test_any_text_is_judged(password: str) -> None:
    found = codes(password)
    assert found or SHORTEST <= len(password) <= LONGEST


def test_is_stored_salted_and_found_again() -> None:
    first, second = (passwords.made("tracteur pomme nuage", name=NAME, email=EMAIL) for _ in range(2))
    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.matches(first, "tracteur pomme nuage")
    assert not passwords.matches(first, "tracteur pomme nuagE")
    assert not passwords.matches(None, "tracteur pomme nuage")
    assert not passwords.matches("not a hash", "tracteur pomme nuage")
    assert passwords.upgraded(first, "tracteur pomme nuage") is None
    assert len(first) <= 200


def test_the_same_text_typed_on_two_systems_is_the_same() -> None:
    composed, spread = "caf\u00e9 cr\u00e8me noisette", "cafe\u0301 cre\u0300me noisette"
    assert passwords.matches(passwords.made(composed, name=NAME, email=EMAIL), spread)


def test_a_weaker_hash_is_made_anew() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("tracteur pomme nuage")
    strong = passwords.upgraded(weak, "tracteur pomme nuage")
    assert strong is not None
    assert passwords.matches(strong, "tracteur pomme nuage")


def test_a_bad_one_is_refused_with_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        passwords.made("court", name=NAME, email=EMAIL)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("password_short", "password")]


def test_two_are_computed_at_once_and_the_others_wait_for_their_turn() -> None:
    entered, release = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        with passwords.turn():
            entered.release()
            release.wait()

    threads = [threading.Thread(target=hold) for _ in range(passwords.AT_ONCE)]
    for thread in threads:
        thread.start()
        entered.acquire()
    try:
        with pytest.raises(Busy), passwords.turn(wait=0.01):
            pytest.fail("a third one at once")
    finally:
        release.set()
        for thread in threads:
            thread.join()
    with passwords.turn(wait=0.01):
        assert threads
