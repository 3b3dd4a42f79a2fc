"""What has been done, and the one thing to do now. Whatever can't wait comes first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coalition.members.states import NetworkChoices, Route
from coalition.pledges.states import PROMISES, Answer
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of
from coalition.web.place import Place

if TYPE_CHECKING:
    from coalition.evidence.labels import Standing
    from coalition.members.models import Account, Representative
    from coalition.publishing.models import Post

TROUBLED = frozenset({State.REFUSED, State.MISSED})


@dataclass(frozen=True, slots=True)
class Home:
    """All that the member's home is told from."""

    here: Place
    accounts: "Sequence[Account]"
    posts: "Sequence[Post]"
    people: "Sequence[Representative]"
    label: "Standing | None"
    due: frozenset[int]
    drafted: bool = False

    @property
    def left(self) -> timedelta | None:
        """What stays until the hour."""
        exit_at = self.here.asked.exit_at
        return exit_at - self.here.now if exit_at and exit_at > self.here.now else None

    @property
    def leaving(self) -> "list[Account]":
        """The accounts that say farewell."""
        return [
            account
            for account in self.accounts
            if account.network == NetworkChoices.X and account.leaves
        ]

    @property
    def arriving(self) -> "list[Account]":
        """The accounts that announce."""
        return [account for account in self.accounts if account.network == NetworkChoices.BLUESKY]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: done, the one to do now, or still to come."""

    title: str
    text: str = ""
    done: bool = False
    now: bool = False
    url: str = ""
    action: str = ""
    asks_date: bool = False

    @property
    def can_be_done(self) -> bool:
        """Whether there is anything to press."""
        return not self.done and bool(self.url or self.asks_date)


def steps(home: Home) -> list[Step]:
    """The way out, with exactly one step marked as the one to do now, if there is one."""
    pledge = home.here.pledge
    found = [_answer(home)]
    if pledge and not pledge.withdrawn_at and pledge.answer in PROMISES:
        found += [_date(home), _accounts(home), _texts(home), _day(home), _well(home)]
    elif pledge and pledge.answer == Answer.ALREADY_LEFT:
        found += [_new_home(home)]
        if home.posts:
            found += [_texts(home), _day(home)]
    urgent = [step for step in found if step.now]
    now = urgent or [step for step in found if step.can_be_done]
    return [replace(step, now=step is now[0]) if now else step for step in found]


def _answer(home: Home) -> Step:
    here = home.here
    url = reverse("member:pledge", args=[here.organisation.slug]) if here.owns else ""
    if here.pledge is None:
        return Step(
            title=_("Give your answer"),
            text=_("A draft is kept. It is no answer yet, and nobody else sees it.")
            if home.drafted and here.owns
            else _("Leave, leave if others do, or not now. It takes about five minutes.")
            if here.owns
            else _("The owner among your colleagues gives it."),
            url=url,
            action=pgettext("act", "Answer"),
        )
    if here.pledge.withdrawn_at:
        return Step(title=_("You took your word back"), url=url, action=_("Answer again"))
    return Step(
        title=_("Your answer"),
        text=here.pledge.get_answer_display(),
        done=True,
        url=url,
        action=pgettext("the answer", "Change"),
    )


def _date(home: Home) -> Step:
    here = home.here
    exit_at = here.asked.exit_at
    if exit_at is None:
        return Step(
            title=_("The date"),
            text=_("It is chosen together. We write to you as soon as it is proposed."),
        )
    local = exit_at.astimezone(here.zone)
    said = _("%(day)s, at %(hour)s") % {
        "day": date_format(local, pgettext("day, month and year", "j F Y")),
        "hour": date_format(local, pgettext("hour and minutes", "H:i")),
    }
    confirmed = here.answered.agrees_to_the_date(here.asked)
    return Step(
        title=_("The date: %(date)s") % {"date": said},
        text=_own_hour(home, exit_at)
        + str(_("You agreed to it.") if confirmed else _("Does your organisation agree to it?")),
        done=confirmed,
        asks_date=here.owns,
    )


def _own_hour(home: Home, exit_at: datetime) -> str:
    """Said only where the coalition leaves in waves."""
    delays = (delay_of(post, home.here.asked) for post in home.posts)
    first = min((exit_at + delay for delay in delays), default=exit_at)
    if first == exit_at:
        return ""
    hour = date_format(first.astimezone(home.here.zone), pgettext("hour and minutes", "H:i"))
    return str(_("Your posts leave at %(hour)s.") % {"hour": hour}) + " "


def _accounts(home: Home) -> Step:
    url = reverse("accounts:all", args=[home.here.organisation.slug])
    if not home.leaving:
        return Step(
            title=_("Your accounts"),
            text=_("Which account on %(platform)s do you leave?")
            % {"platform": home.here.asked.platform_name},
            url=url,
            action=_("Add an account"),
        )
    names = ", ".join(f"@{account.handle}" for account in (*home.leaving, *home.arriving))
    if home.arriving:
        return Step(_("Your accounts"), names, done=True, url=url, action=_("See"))
    return Step(
        title=_("Your accounts"),
        text=_("%(names)s. None on Bluesky yet: nobody can follow you there.") % {"names": names},
        done=True,
        url=url,
        action=_("Add one on Bluesky"),
    )


def _new_home(home: Home) -> Step:
    url = reverse("accounts:all", args=[home.here.organisation.slug])
    if home.arriving:
        names = ", ".join(f"@{account.handle}" for account in home.arriving)
        return Step(_("Your new home"), names, done=True, url=url, action=_("See"))
    return Step(
        title=_("Your new home"),
        text=_("Where are you now? Add your account, and you can announce it with the others."),
        url=url,
        action=_("Add an account"),
    )


def _texts(home: Home) -> Step:
    if not home.posts:
        return Step(_("Your texts"), _("One for each account, in your own words."))
    exit_at = home.here.asked.exit_at
    empty = [post for post in home.posts if post.state == State.DRAFT and not post.text]
    draft = [post for post in home.posts if post.state == State.DRAFT and post.text]
    stale = [post for post in home.posts if post.is_stale]
    if empty and home.here.writes:
        return Step(
            title=_("Your texts"),
            text=ngettext("%(n)d is not written yet.", "%(n)d are not written yet.", len(empty))
            % {"n": len(empty)},
            url=_to(home, empty[0]),
            action=_("Write"),
        )
    wait = [*draft, *stale]
    if wait:
        return Step(
            title=_("Your texts"),
            text=ngettext("%(n)d waits for approval.", "%(n)d wait for approval.", len(wait))
            % {"n": len(wait)}
            if exit_at
            else _("Written. They can be approved once the date is known."),
            url=_to(home, wait[0]) if exit_at else "",
            action=_("Read and approve"),
        )
    return Step(_("Your texts"), "" if empty else _("Written and approved."), done=not empty)


def _day(home: Home) -> Step:
    due = [post for post in home.posts if post.pk in home.due]
    troubled = [post for post in home.posts if post.state in TROUBLED]
    doubtful = [post for post in home.posts if post.state == State.UNCERTAIN]
    if due:
        return Step(
            _("Post now"),
            _("It is time: your text is ready."),
            now=True,
            url=_to(home, due[0], "by_hand"),
            action=_("Post it"),
        )
    if troubled:
        return Step(
            _("A post did not go out"),
            _("Look at what happened, and decide."),
            now=True,
            url=_to(home, troubled[0]),
            action=_("Look at it"),
        )
    if doubtful:
        return Step(
            _("We are checking a post"),
            _("Perhaps it is out, perhaps not. Don't post it a second time."),
            url=_to(home, doubtful[0]),
            action=_("Look at it"),
            now=True,
        )
    if home.posts and all(post.state == State.PUBLISHED for post in home.posts):
        return Step(_("The hour"), _("Everything is out."), done=True)
    if any(post.route == Route.BY_HAND for post in home.posts):
        return Step(_("The hour"), _("Keep a phone at hand: your screen opens at the minute."))
    return Step(_("The hour"), _("What we post for you goes out by itself."))


def _well(home: Home) -> Step:
    out = any(post.state == State.PUBLISHED for post in home.posts)
    return Step(
        _("Leave well"),
        _("A pinned farewell, a kept name, no old icons: the list keeps what you ticked off."),
        url=reverse("member:leaving", args=[home.here.organisation.slug]) if out else "",
        action=_("See the list"),
    )


def _to(home: Home, post: "Post", page: str = "post") -> str:
    return reverse(f"member:{page}", args=[home.here.organisation.slug, post.pk])
