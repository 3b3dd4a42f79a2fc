"""What is kept so that people can sign in."""

from typing import Final

from coalition.privacy.columns import GONE, Held

SIGNING_IN: Final = (
    Held(
        "coalition.Vouching",
        "that a coordinator vouched for somebody who lost their second step",
        "90 days after it ended",
        GONE,
        personal="person vouched_by",
        technical="id asked_at takes_effect_at ended_at",
        person=("person", "vouched_by"),
    ),
    Held(
        "sessions.Session",
        "who is signed in, since when and in what kind of browser",
        "14 days",
        GONE,
        withheld="session_key session_data expire_date",
    ),
    Held(
        "account.EmailAddress",
        "addresses that somebody signs in with",
        "until the person erases it",
        GONE,
        personal="user email",
        technical="id verified primary",
        person=("user",),
    ),
    Held(
        "account.EmailConfirmation",
        "unused: the code in a letter proves the address",
        "never written",
        GONE,
        technical="id email_address created sent",
        withheld="key",
    ),
    Held(
        "mfa.Authenticator",
        "the second step: passkeys, the app that shows codes, recovery codes; sealed",
        "until the person erases it",
        GONE,
        personal="user type",
        technical="id created_at last_used_at",
        withheld="data",
        person=("user",),
    ),
)
