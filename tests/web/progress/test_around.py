import os
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from coalition.translations import as_the_french_set, compile_stale

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "away"\nmsgstr "weg"\n'


def test_translations_are_compiled_when_they_are_missing_or_stale(tmp_path: Path) -> None:
    source = tmp_path / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    compile_stale(tmp_path)
    target = source.with_suffix(".mo")
    first = target.read_bytes()
    target.write_bytes(b"kept")
    os.utime(target, ns=(source.stat().st_mtime_ns, source.stat().st_mtime_ns))
    compile_stale(tmp_path)
    assert target.read_bytes() == b"kept"
    os.utime(source, ns=(source.stat().st_mtime_ns + 1, source.stat().st_mtime_ns + 1))
    compile_stale(tmp_path)
    assert target.read_bytes() == first


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_pages_of_mistakes_stand_without_a_request(page: str) -> None:
    with translation.override("nl"):
        assert "<h1" in render_to_string(page)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nl/sign-in/login/", "/fr/sign-in/login/code/"])
def test_signing_in_asks_for_an_address_and_offers_no_sign_up(client: Client, path: str) -> None:
    body = client.get(path).content.decode()
    assert 'name="email"' in body
    assert "signup" not in body
    assert " style=" not in body


def test_french_signs_stay_with_their_words() -> None:
    narrow, wide = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
    set_ = as_the_french_set("Qui part ? « Nous » : demain ; à 12:00 !")
    assert set_ == f"Qui part{narrow}? «{wide}Nous{wide}»{wide}: demain{narrow}; à 12:00{narrow}!"
    with translation.override("fr"):
        assert translation.gettext("Was this you?") == f"Était-ce vous{narrow}?"
