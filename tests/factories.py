"""Rows for tests, without surprises: what isn't said is the plainest that the database allows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from coalition.campaigns.actions import create_campaign, set_exit_at
from coalition.campaigns.models import Campaign, SavedView
from coalition.campaigns.states import ListPage
from coalition.joining.models import Candidate
from coalition.members.actions import add_coordinator, add_representative
from coalition.members.models import Account, Organisation, User
from coalition.members.states import Kind, NetworkChoices, Proof, Role, Route
from coalition.pledges.actions import Word, make_pledge
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from coalition.press.actions import Contact, Words, keep_kit
from coalition.press.approval import Wording
from coalition.press.models import PressKit, Quote
from coalition.press.queries import sha256_of
from coalition.press.quoting import approve_quote, write_quote
from coalition.publishing.compose import approval_sha256, freeze_record
from coalition.publishing.models import Picture, Post
from coalition.publishing.states import PostKind, State
from tests.second_step import set_up_an_app

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
"""A Monday morning, two weeks before the exit."""
T = datetime(2027, 1, 20, 11, 0, tzinfo=UTC)

type Columns = Any

_numbers = count(1)


def person(email: str = "", **fields: Columns) -> User:
    """Somebody who can sign in, and nothing more: the stranger."""
    return User.objects.create_user(email or f"person{next(_numbers)}@example.org", **fields)


def coordinator(email: str = "") -> User:
    """Somebody of the coalition's staff."""
    user = person(email)
    add_coordinator(user, now=NOW)
    set_up_an_app(user, NOW)
    return user


def organisation(name: str = "", **fields: Columns) -> Organisation:
    """A member of the coalition."""
    number = next(_numbers)
    return Organisation.objects.create(
        **{
            "slug": f"organisation-{number}",
            "name": name or f"Organisation {number}",
            "domain": f"organisation{number}.example",
            "contact_email": f"contact@organisation{number}.example",
            "created_at": NOW,
            **fields,
        }
    )


def representative(of: Organisation | None = None, role: Role = Role.OWNER) -> User:
    """Somebody who may act for one organisation."""
    email = f"representative{next(_numbers)}@example.org"
    return add_representative(
        of or organisation(), email=email, name="", role=role, actor=person(), now=NOW
    ).user


def campaign(*, opened: bool = True, exit_at: datetime | None = T, **fields: Columns) -> Campaign:
    """A campaign that gathers, with its hour."""
    made = create_campaign(
        **{
            "slug": f"exit-{next(_numbers)}",
            "coalition_name": "Koepel Voorbeeld",
            "words": {"en": {"name": "Leaving X together", "call": "We leave together."}},
            "actor": person(),
            "now": NOW,
            "opened_at": NOW if opened else None,
            **fields,
        }
    )
    if exit_at:
        set_exit_at(made, exit_at, actor=person(), now=NOW)
    return made


def pledge(to: Campaign, of: Organisation | None = None, **fields: Columns) -> Pledge:
    """An organisation's word; firm and confirmed unless said otherwise."""
    confirmed = fields.pop("confirmed", True)
    word = Word(**{"answer": Answer.LEAVE, "visibility": Visibility.NAMED, **fields})
    return make_pledge(to, of or organisation(), word, actor=person(), confirmed=confirmed, now=NOW)


def account(
    of: Organisation, network: NetworkChoices = NetworkChoices.X, **fields: Columns
) -> Account:
    """A claimed account; connected when it is given a `network_id`."""
    number = next(_numbers)
    connected = {"connected_at": NOW, "proof": Proof.CONNECTED} if "network_id" in fields else {}
    return Account.objects.create(
        **{
            "organisation": of,
            "network": network,
            "handle": f"account{number}" + (".example" if network == "bluesky" else ""),
            "added_at": NOW,
            **connected,
            **fields,
        }
    )


def post(of: Pledge, on: Account | None = None, **fields: Columns) -> Post:
    """An approved post by hand, at T; any other state brings what the database asks of it."""
    on = on or account(of.organisation)
    state = fields.get("state", State.APPROVED)
    approved = {
        "approved_at": NOW,
        "approval_sha256": "0" * 64,
        "approved_for": of.campaign.exit_at,
        "approved_sequence": of.campaign.date_sequence,
    }
    out = {"network_post_id": f"id-{next(_numbers)}", "published_at": of.campaign.exit_at}
    return Post.objects.create(
        **{
            "campaign": of.campaign,
            "pledge": of,
            "account": on,
            "network": on.network,
            "kind": PostKind.FAREWELL if on.network == "x" else PostKind.ANNOUNCEMENT,
            "language": "nl",
            "text": "Goodbye, and see you there.",
            "route": Route.BY_HAND,
            "state": state,
            "created_at": NOW,
            "lease_until": NOW + timedelta(days=30) if state == State.SENDING else None,
            **({} if state == State.DRAFT else approved),
            **(out if state == State.PUBLISHED else {}),
            **fields,
        }
    )


def picture(of: Post, colour: str = "teal", **fields: Columns) -> Picture:
    """A picture that goes along with a post; approve or freeze it afterwards."""
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    content = out.getvalue()
    return Picture.objects.create(
        **{
            "post": of,
            "place": of.pictures.count() + 1,
            "alt": "An open door, light to the left.",
            "sha256": sha256(content).hexdigest(),
            "content_type": "image/png",
            "size": len(content),
            "width": 64,
            "height": 48,
            "content": content,
            "added_at": NOW,
            **fields,
        }
    )


def going(*, exit_at: datetime = T, **columns: Columns) -> Campaign:
    """A campaign that goes: opened, dated, go said. Also with an hour that has passed."""
    made = campaign(exit_at=None)
    Campaign.objects.filter(pk=made.pk).update(**{"exit_at": exit_at, "go_at": NOW, **columns})
    made.refresh_from_db()
    return made


def direct(
    of: Pledge,
    network: NetworkChoices = NetworkChoices.BLUESKY,
    on: Account | None = None,
    colours: Sequence[str] = (),
    **fields: Columns,
) -> Post:
    """A post that a worker may send: a connected account, its words approved for this hour."""
    number = next(_numbers)
    network_id = f"did:plc:{number}" if network == NetworkChoices.BLUESKY else str(number)
    on = on or account(of.organisation, network, network_id=network_id)
    exit_at = of.campaign.exit_at
    assert exit_at
    fields = {"text": f"Words {number}.", **fields}
    words = post(of, on, **{**fields, "state": State.DRAFT})
    for colour in colours:
        picture(words, colour)
    words.record_key, words.record = freeze_record(words, {}, exit_at=exit_at, now=NOW)
    Post.objects.filter(pk=words.pk).update(
        route=Route.DIRECT,
        record_key=words.record_key,
        record=words.record,
        approved_at=NOW,
        approved_for=exit_at,
        approved_sequence=of.campaign.date_sequence,
        approval_sha256=approval_sha256(words, on, exit_at),
        **{
            "state": State.APPROVED,
            "lease_until": NOW + timedelta(days=30) if fields.get("state") == "sending" else None,
            **fields,
        },
    )
    words.refresh_from_db()
    return words


def saved_view(of: Campaign | None, name: str, **fields: Columns) -> SavedView:
    """The pledge board, narrowed to who hasn't answered."""
    return SavedView.objects.create(
        **{
            "campaign": of,
            "page": ListPage.BOARD,
            "name": name,
            "show": "silent",
            "saved_at": NOW,
            **fields,
        }
    )


def candidate(to: Campaign, **fields: Columns) -> Candidate:
    """Somebody who asks to leave too, confirmed by the own mailbox."""
    number = next(_numbers)
    return Candidate.objects.create(
        **{
            "campaign": to,
            "name": f"Candidate {number}",
            "kind": Kind.MEDIA,
            "language": "nl",
            "domain": f"candidate{number}.example",
            "email": f"an@candidate{number}.example",
            "contact_name": "An",
            "target": f"candidate{number}.example",
            "asked_at": NOW,
            "expires_at": NOW + timedelta(days=7),
            "confirmed_at": NOW,
            **fields,
        }
    )


def report(*posts: Post, fate: str = "goes") -> dict[str, Columns]:
    """What a rehearsal of these posts found."""
    lines = [
        {
            "post": post.pk,
            "organisation": post.account.organisation_id,
            "text": sha256(post.text.encode()).hexdigest(),
            "hour": T.isoformat(),
            "by_hand": False,
            "fate": fate,
            "reason": "",
            "detail": "",
            "out_at": T.isoformat() if fate == "goes" else None,
            "late_ms": 40 if fate == "goes" else None,
        }
        for post in posts
    ]
    return {"lines": lines, "letters": [], "lateness": {"p50": 40, "p99": 40, "max": 40}}


def press_kit(
    to: Campaign, words: dict[str, Words] | None = None, public_at: datetime | None = None
) -> PressKit:
    """A statement in English, private until T or `public_at`."""
    said = words or {"en": Words("We leave together", "Sixty of us leave.\n\nAnd we stay gone.")}
    contact = Contact("Noor Voorbeeld", "pers@koepelvoorbeeld.example", "+32 2 555 01 23")
    return keep_kit(to, words=said, public_at=public_at, contact=contact, actor=person(), now=NOW)


def quote(
    of: PressKit, by: Organisation | None = None, *, approved: bool = True, **words: str
) -> Quote:
    """Said by somebody of an organisation, and approved there unless said otherwise."""
    made = write_quote(
        of,
        None,
        organisation=by or organisation(),
        speaker="Mira Verzonnen",
        words={
            code: Wording("director", said)
            for code, said in (words or {"en": "We owe it to those who read us."}).items()
        },
        actor=person(),
        now=NOW,
    )
    if approved:
        approve_quote(made, shown=sha256_of(made), actor=person(), now=NOW)
        made.refresh_from_db()
    return made
