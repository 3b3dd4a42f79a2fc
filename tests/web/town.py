"""Two organisations with everything that an address can name, and somebody in every role.

What is another organisation's alone carries CANARY in all its words: no answer may hold it.
"""

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.test import Client
from django.urls import reverse

from coalition import wiring
from coalition.afterwards.models import Survey, Tick
from coalition.afterwards.states import Chore
from coalition.campaigns.models import Campaign, SavedView
from coalition.evidence.models import Evidence, Look, Question
from coalition.evidence.states import Level, Reply
from coalition.joining import queries as joining
from coalition.joining.models import Candidate
from coalition.journal.actions import Act, note
from coalition.mail.models import Letter
from coalition.members.actions import keep_secret, make_sign_in_link
from coalition.members.models import Account, Coordinator, Organisation, Representative, User
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.actions import Wait
from coalition.pledges.drafting import keep_draft
from coalition.pledges.invitations import invite, token_of
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.press import queries as press
from coalition.press.actions import hand_out
from coalition.press.models import Logo, PressKit, PressLink, Quote
from coalition.publishing.models import Card, Pin, Post
from coalition.publishing.rehearsed import Rehearsal
from tests import factories
from tests.web import doors
from tests.web.doors import DOORS
from tests.web.pledge.people import browser

CANARY: Final = "kanarie"
NOWHERE: Final = "no-such-thing"
NO_ROW: Final = 987654321


@dataclass(frozen=True, slots=True)
class House:
    """One organisation, its answer, its post, account and letter; and one that asks to join."""

    organisation: Organisation
    pledge: Pledge
    post: Post
    account: Account
    letter: Letter
    person: Representative
    coordinator: Coordinator
    candidate: Candidate
    rehearsal: Rehearsal
    quote: Quote
    logo: Logo
    link: PressLink
    view: SavedView
    left_account: Account
    look: Look
    question: Question
    evidence: Evidence
    somebody: User


def house(campaign: Campaign, slug: str, word: str, owner: User) -> House:
    """An organisation in which every text is `word`, but for its public name."""
    organisation = factories.organisation(
        f"Huis {slug}",
        slug=slug,
        legal_name=f"{word} vzw",
        domain=f"{word}.example",
        contact_name=f"{word} contact",
        contact_email=f"contact@{word}.example",
        contact_phone=f"+32 {word}",
        notes=f"{word} notes",
    )
    person = organisation.representatives.create(user=owner, added_at=factories.NOW)
    friend = factories.organisation(f"Vriend van {slug}", slug=f"friend-of-{slug}")
    pledge = factories.pledge(
        campaign,
        organisation,
        answer=Answer.LEAVE_IF,
        visibility=Visibility.COORDINATORS,
        signatory_name=f"{word} signatory",
        signatory_mandate=f"{word} mandate",
        waits=[Wait(ConditionKind.NAMED, organisations=[friend])],
    )
    account = factories.account(
        organisation, NetworkChoices.BLUESKY, handle=f"{word}.example", network_id=f"did:plc:{word}"
    )
    keep_secret(account, {"password": f"{word} secret"}, vault=wiring.vault(), now=factories.NOW)
    post = factories.post(
        pledge, account, text=f"{word} words", detail=f"{word} detail", written_by=owner
    )
    factories.picture(post, alt=f"{word} picture")
    Card.objects.create(post=post, url=f"https://{word}.example", title=f"{word} card")
    Pin.objects.create(post=post, line=f"{word} line", again_at=factories.NOW)
    invite(campaign, organisation, actor=owner, now=factories.NOW)
    draft = {"signatory_name": f"{word} draft"}
    keep_draft(campaign, organisation, draft, actor=owner, now=factories.NOW)
    note(
        Act(f"{word} verb", str(owner), campaign.pk, organisation.pk, {"fact": word}),
        now=factories.NOW,
    )
    rehearsal = Rehearsal.objects.create(
        campaign=campaign,
        about_exit_at=factories.T,
        asked_at=factories.NOW,
        ended_at=factories.NOW,
        report=factories.report(post),
    )
    candidate = factories.candidate(campaign, name=f"{word} candidate", message=f"{word} message")
    kit = PressKit.objects.filter(campaign=campaign).first() or factories.press_kit(campaign)
    quote = factories.quote(kit, organisation, approved=False, en=f"{word} quote")
    logo = Logo.objects.create(
        kit=kit, name="Logo", content=b"", ending="png", width=1, height=1, added_at=factories.NOW
    )
    link = hand_out(kit, given_to="A newsroom", actor=owner, now=factories.NOW)
    letter = Letter.objects.latest("pk")
    account_on_x = factories.account(organisation, handle=f"{word}_on_x")
    return House(
        *(organisation, pledge, post, account, letter, person),
        Coordinator.objects.get(user=factories.coordinator()),
        candidate,
        rehearsal,
        *(quote, logo, link),
        factories.saved_view(campaign, f"View {slug}", search=f"{word} contact"),
        account_on_x,
        *after(campaign, account_on_x, word, owner),
        owner,
    )


def after(
    campaign: Campaign, account: Account, word: str, owner: User
) -> tuple[Look, Question, Evidence]:
    """What comes after the hour: an account to look at, what was asked, and what it said."""
    organisation = account.organisation
    look = Look.objects.create(
        campaign=campaign, account=account, days=1, left_at=factories.T, asked_at=factories.T
    )
    question = Question.objects.create(
        campaign=campaign,
        account=account,
        link=f"https://x.com/{word}",
        seen_at=factories.NOW,
        asked_at=factories.NOW,
        asked_by=owner,
        answer_by=factories.NOW + timedelta(days=7),
        reply=Reply.MISTAKE,
        replied_at=factories.NOW,
        replied_by=owner,
        remark=f"{word} remark",
    )
    evidence = Evidence.objects.create(
        campaign=campaign,
        organisation=organisation,
        account=account,
        level=Level.LINK,
        left_at=factories.NOW,
        url=f"https://x.com/{word}/status/1",
        recorded_at=factories.NOW,
        recorded_by=str(owner),
        overturned_at=factories.NOW,
    )
    Survey.objects.create(
        campaign=campaign,
        organisation=organisation,
        asked_at=factories.NOW,
        answered_at=factories.NOW,
        answered_by=owner,
        remark=f"{word} remark",
    )
    Tick.objects.create(
        campaign=campaign,
        organisation=organisation,
        chore=Chore.PIN,
        ticked_at=factories.NOW,
        ticked_by=owner,
    )
    return look, question, evidence


class Town:
    """Made once a test; `browser(role)` is somebody's browser, `address(name)` a page of ours."""

    def __init__(self) -> None:
        self.campaign = factories.campaign(slug="exit")
        others = factories.person(f"owner@{CANARY}.example", name=f"{CANARY} owner")
        owner = factories.person("owner@ours.example")
        self.theirs = house(self.campaign, "theirs", CANARY, others)
        self.ours = house(self.campaign, "ours", "ours", owner)
        at_home = self.ours.organisation
        self.people: dict[str, User | None] = {
            doors.NOBODY: None,
            doors.STRANGER: factories.person(),
            doors.OWNER: owner,
            doors.WRITER: factories.representative(at_home, Role.WRITER),
            doors.APPROVER: factories.representative(at_home, Role.APPROVER),
            doors.OTHERS: others,
            doors.EX_MEMBER: factories.representative(at_home),
            doors.OFF: factories.representative(at_home),
            doors.COORDINATOR: factories.coordinator(),
            doors.EX_COORDINATOR: factories.coordinator(),
        }
        self.tokens = {
            "invitation": token_of(self.ours.organisation.invitations.get()),
            "candidate link": joining.token_of(
                factories.candidate(self.campaign, confirmed_at=None)
            ),
            "press link": press.token_of(self.ours.link),
            "sign-in link": make_sign_in_link(others, next_path="", now=factories.NOW),
        }
        self.browsers = {role: browser(person) for role, person in self.people.items()}
        self._let_go()

    def _let_go(self) -> None:
        """Their sessions are from before: nobody has to sign out for it to hold."""
        gone, off, ex = (
            self.people[role] for role in (doors.EX_MEMBER, doors.OFF, doors.EX_COORDINATOR)
        )
        Representative.objects.filter(user=gone).update(removed_at=factories.NOW)
        User.objects.filter(pk=off.pk if off else 0).update(is_active=False)
        Coordinator.objects.filter(user=ex).update(removed_at=factories.NOW)

    def address(self, name: str, at: House) -> str:
        """The page of one house."""
        return self._written(name, self._parts(name, at))

    def elsewhere(self, name: str, *, ours: bool) -> list[tuple[str, str]]:
        """Addresses of what is not there for somebody, each beside the same of what is nowhere."""
        wanted, mine = doors.names()[name], self._parts(name, self.ours)
        pairs = []
        if "slug" in wanted and not ours:
            pairs.append((mine, {**mine, "slug": NOWHERE}))
        if "organisation" in wanted:
            pairs.append((mine, {**mine, "organisation": NOWHERE}))
        if "pk" in wanted:
            theirs = self._parts(name, self.theirs)
            pairs.append(({**mine, "pk": theirs["pk"]}, {**mine, "pk": NO_ROW}))
        return [(self._written(name, one), self._written(name, other)) for one, other in pairs]

    def _parts(self, name: str, at: House) -> dict[str, object]:
        row = DOORS[name].at
        of_campaign = name.startswith(("dashboard:", "progress", "embed"))
        return {
            "slug": self.campaign.slug if of_campaign else at.organisation.slug,
            "campaign": self.campaign.slug,
            "theme": "light",
            "size": "normal",
            "organisation": at.organisation.slug,
            "token": self.tokens.get(row, NOWHERE),
            "page": "password",
            "ending": "png",
            "number": 1,
            "pk": getattr(at, row).pk if hasattr(at, row) else 1,
        }

    @staticmethod
    def _written(name: str, parts: dict[str, object]) -> str:
        return reverse(name, kwargs={key: parts[key] for key in doors.names()[name]})


def ask(client: Client, method: str, address: str) -> Any:  # noqa: ANN401 — as the client's own
    """Ask, and undo whatever that did."""
    client.raise_request_exception = False
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response
