"""What exactly was approved, and the record that will carry it (pure but for reading the row)."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from coalition.members.models import Account
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky import lint as bluesky_lint
from coalition.networks.bluesky.embed import embed
from coalition.networks.bluesky.record import freeze, new_record_key
from coalition.networks.network import Draft
from coalition.networks.pictures import Card, Picture
from coalition.networks.text import Problem
from coalition.networks.x import lint as x_lint
from coalition.publishing.models import Post


def approval_sha256(post: Post, account: Account, exit_at: datetime) -> str:
    """What an approval is bound to: words, pictures, account, hour. Any edit voids it."""
    bound = {
        "text": post.text,
        "language": post.language,
        "kind": post.kind,
        "network": post.network,
        "account": account.network_id or account.handle,
        "exit_at": exit_at.timestamp(),
        "record": post.record,
        "record_key": post.record_key,
        **_beside_the_text(post),
    }
    return sha256(json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shown_sha256(post: Post) -> str:
    """The hash of what a page shows of a post: an approval that carries another one is refused."""
    exit_at, sequence = post.campaign.exit_at, post.campaign.date_sequence
    hour = [exit_at and exit_at.timestamp(), sequence]
    shown = [post.text, post.language, post.account.handle, *hour, _beside_the_text(post)]
    return sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def pictures_of(post: Post) -> tuple[Picture, ...]:
    """Its pictures, in order, as a network is told of them; none before it is kept at all."""
    if not post.pk:
        return ()
    return tuple(
        Picture(one.sha256, one.content_type, one.size, one.width, one.height, one.alt)
        for one in post.pictures.all()
    )


def card_of(post: Post) -> Card | None:
    """Its link as a card, where it has one."""
    card = getattr(post, "card", None)
    return card and Card(card.url, card.title, card.description)


def _beside_the_text(post: Post) -> dict[str, object]:
    """What is approved with the words; nothing where there is nothing, as before it could be."""
    pin, card, pictures = getattr(post, "pin", None), card_of(post), pictures_of(post)
    found: dict[str, object] = {}
    if pictures:
        found["pictures"] = [[one.sha256, one.alt] for one in pictures]
    if card:
        found["card"] = [card.url, card.title, card.description]
    if pin:
        found["pin"] = pin.line
    return found


def freeze_record(
    post: Post, mentions: Mapping[str, str], *, exit_at: datetime, now: datetime
) -> tuple[str, str]:
    """(key, record) of a Bluesky post. A key stays; a record once tried too, for its words."""
    if post.network != NetworkChoices.BLUESKY:
        return "", ""
    key = post.record_key or new_record_key(now)
    beside = embed(pictures_of(post), card_of(post))
    if post.record and post.fence:
        tried = json.loads(post.record)
        if (tried["text"], tried.get("embed")) == (post.text, beside):
            return key, post.record
    return key, freeze(post.text, [post.language], mentions, exit_at, embed=beside)


def text_problems(post: Post) -> tuple[Problem, ...]:
    """What keeps this text from being approved for its network."""
    lint = x_lint if post.network == NetworkChoices.X else bluesky_lint
    found: tuple[Problem, ...] = lint.problems(post.text)
    return found


def draft_of(post: Post, account: Account) -> Draft:
    """The frozen form that a network is given."""
    return Draft(
        post=str(post.pk),
        account_id=account.network_id,
        handle=account.handle,
        text=post.text,
        languages=(post.language,),
        record_key=post.record_key,
        record=post.record,
        pictures=pictures_of(post),
    )
