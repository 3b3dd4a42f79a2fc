"""Handles: their syntax, and names that only look like another name (pure)."""

import re
import unicodedata

_LONGEST_HANDLE = 253
_HANDLE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)
_RESERVED = (".local", ".arpa", ".invalid", ".localhost", ".internal", ".example", ".alt", ".onion")
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.-]+(?:%3A[0-9]+)?)", re.ASCII)
_SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARMENIAN",
    "CHEROKEE",
    "GEORGIAN",
    "HEBREW",
    "ARABIC",
    "HANGUL",
)
_ASIAN = ("CJK", "HIRAGANA", "KATAKANA")  # written together in honest names


def is_handle(text: str) -> bool:
    """Whether the text, in lower case, can be a handle at all."""
    return (
        len(text) <= _LONGEST_HANDLE
        and _HANDLE.fullmatch(text) is not None
        and not text.endswith(_RESERVED)
    )


def is_did(text: str) -> bool:
    """Whether the text is an identifier that a Bluesky account can have."""
    return _DID.fullmatch(text) is not None


def tidy(text: str) -> str:
    """What a person pasted, as a handle or DID: no @, no address, no capitals, all visible."""
    shown = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    shown = re.sub(r"^https://bsky\.app/profile/([^/?#]+).*$", r"\1", shown)
    return shown.removeprefix("at://").removeprefix("@").rstrip("/.").lower()


def as_punycode(name: str) -> str:
    """The name with every label that isn't ASCII as xn--, so that a look-alike can be seen."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode()
        for label in name.lower().split(".")
    )


def is_look_alike(handle: str) -> str:
    """Why this name may pass for another one; empty when nothing speaks for it."""
    shown = ".".join(map(_unicode_label, handle.lower().removeprefix("@").split(".")))
    if any(
        unicodedata.category(letter) in {"Cf", "Cc", "Mn", "Me"}
        for letter in unicodedata.normalize("NFC", shown)
    ):
        return f"holds invisible or combining characters: {as_punycode(shown)}"
    for label in shown.split("."):
        scripts = {script for letter in label if (script := _script(letter))}
        if len(scripts) > 1:
            return f"mixes scripts ({', '.join(sorted(scripts)).lower()}): {as_punycode(shown)}"
    if not shown.isascii():
        return f"holds letters that may look like others: {as_punycode(shown)}"
    return ""


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode().decode("punycode")
    except UnicodeError:
        return label


def _script(letter: str) -> str:
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "")
    if name.startswith(_ASIAN):
        return "CJK"
    return next((script for script in _SCRIPTS if name.startswith(script)), name.partition(" ")[0])
