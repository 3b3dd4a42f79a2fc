"""Whose mailbox an address is: an organisation's own, everybody's, or nobody's for long. Pure."""

import re
from typing import Final

EVERYBODYS: Final = frozenset(
    (
        *("gmail", "googlemail", "outlook", "hotmail", "yahoo", "ymail", "rocketmail", "icloud"),
        *("aol", "gmx", "protonmail", "tutanota", "tutamail", "yandex", "fastmail", "zohomail"),
        *("telenet", "skynet", "proximus", "belgacom", "scarlet", "wanadoo", "laposte", "freenet"),
        *("t-online", "arcor", "ziggo", "xs4all", "hetnet", "quicknet", "upcmail", "kpnmail"),
        *("bluewin", "libero", "tiscali", "virgilio", "mailinator", "guerrillamail", "yopmail"),
        *("10minutemail", "temp-mail", "tempmail", "trashmail", "sharklasers", "maildrop"),
        *("getnada", "dispostable", "mailnesia", "discardmail"),
    )
)
"""Hosts where anybody has a mailbox, whatever the ending."""
EVERYBODYS_HOSTS: Final = frozenset(
    (
        *("proton.me", "pm.me", "me.com", "mac.com", "live.com", "live.be", "live.nl", "live.fr"),
        *("msn.com", "mail.com", "mail.ru", "web.de", "posteo.de", "posteo.net", "mailbox.org"),
        *("hey.com", "zoho.com", "zoho.eu", "free.fr", "orange.fr", "sfr.fr", "neuf.fr", "bbox.fr"),
        *(
            "numericable.fr",
            "voo.be",
            "pandora.be",
            "planet.nl",
            "home.nl",
            "chello.nl",
            "1und1.de",
        ),
        *("tuta.com", "tuta.io", "online.de", "hispeed.ch", "sunrise.ch", "inbox.com", "inbox.lv"),
    )
)
SHARED_HOSTS: Final = frozenset(
    (
        *("wordpress.com", "blogspot.com", "github.io", "gitlab.io", "wixsite.com", "weebly.com"),
        *("webnode.be", "webnode.nl", "webnode.fr", "jimdosite.com", "jimdofree.com", "google.com"),
        *("squarespace.com", "netlify.app", "vercel.app", "pages.dev", "facebook.com", "linktr.ee"),
        *("bsky.social", "bsky.app", "substack.com", "medium.com", "tumblr.com", "notion.site"),
        *("x.com", "twitter.com", "instagram.com", "linkedin.com", "youtube.com", "tiktok.com"),
    )
)
"""Hosts of whoever wants a page: having one proves nothing."""
SECOND_LEVEL: Final = re.compile(r"(?:ac|co|com|edu|gov|gouv|net|or|org|asso)\.[a-z]{2}")


def host_of(email: str) -> str:
    """The part after the @, in small letters."""
    return email.rpartition("@")[2].strip().rstrip(".").lower()


def owner_of(domain: str) -> str:
    """What one owner registered, as near as one can tell without a list of all registries."""
    labels = domain.split(".")
    kept = 3 if SECOND_LEVEL.fullmatch(".".join(labels[-2:])) else 2
    return ".".join(labels[-kept:])


def is_everybodys(domain: str) -> bool:
    """Whether anybody can have a mailbox there."""
    owner = owner_of(domain)
    return owner in EVERYBODYS_HOSTS or owner.partition(".")[0] in EVERYBODYS


def is_shared(domain: str) -> bool:
    """Whether anybody can have a page there."""
    return any(domain == host or domain.endswith(f".{host}") for host in SHARED_HOSTS)


def is_theirs(email: str, domain: str) -> bool:
    """Whether this mailbox is the domain's own: at it, or at a part of it."""
    host = host_of(email)
    return host == domain or host.endswith(f".{domain}")


def one_mailbox(email: str) -> str:
    """The mailbox behind the ways to write it: no +tag, no capitals, Google's dots left out."""
    host = host_of(email)
    name = email.strip().lower().rpartition("@")[0].partition("+")[0]
    if host in {"gmail.com", "googlemail.com"}:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"
