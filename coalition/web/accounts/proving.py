"""Checking live whether a domain or a website proves an account, and saying what stood there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from coalition import wiring
from coalition.directory.recheck import is_askable, names_it
from coalition.members.proving import is_its_own, prove
from coalition.members.states import NetworkChoices, Proof, Role
from coalition.networks.proofs import (
    Pointing,
    Told,
    Why,
    ask_domain,
    ask_name,
    ask_page,
    file_of,
)
from coalition.refusals import Refusal
from coalition.web.accounts.connect import account_at
from coalition.web.place import Place, place

if TYPE_CHECKING:
    from coalition.members.models import Account

SAID: Final[dict[Why, Promise]] = {
    Why.NOTHING: gettext_lazy("nothing stands there yet."),
    Why.SEVERAL: gettext_lazy("several different accounts stand there. Leave only one."),
    Why.NOT_AN_ACCOUNT: gettext_lazy(
        "what stands there is no account. Copy the line from here once more."
    ),
    Why.REDIRECTS: gettext_lazy(
        "the address leads on to another one. It has to answer by itself, without “www”."
    ),
    Why.TOO_LONG: gettext_lazy("there is a whole page. Only the line may stand there."),
    Why.FORBIDDEN: gettext_lazy("that address is not on the public internet."),
    Why.NO_ANSWER: gettext_lazy("no answer came. Try again in some minutes."),
}


class PageForm(forms.Form):
    """Where the website names the account."""

    page = forms.URLField(max_length=300, assume_scheme="https")


@login_required
@require_POST
def domain(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask DNS and the website now."""
    here, found = _here(request, slug, pk)
    if not is_askable(found):
        raise Http404
    try:
        _prove_by_domain(here, found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Proved: @%(handle)s is your domain.") % {"handle": found.handle}
        )
    return redirect("accounts:account", slug, pk)


def _prove_by_domain(here: Place, found: "Account") -> None:
    if settings.NETWORKS == "rehearsal":
        prove(found, Proof.DOMAIN, actor=here.person.number, now=here.now)
        return
    _refuse_when_off()
    answer = async_to_sync(ask_domain)(found.handle, wiring.bluesky_hosts())
    if not answer.did:
        raise Refusal(" ".join(_sentences(found, answer)))
    if not answer.names_back:
        raise Refusal(
            _("The domain names an account, but that account has another name. In Bluesky: %(way)s")
            % {"way": _("Settings → Account → Handle → I have my own domain.")}
        )
    at = file_of(found.handle) if answer.by_file else ""
    prove(found, Proof.DOMAIN, did=answer.did, page=at, actor=here.person.number, now=here.now)


def _sentences(found: "Account", answer: Pointing) -> Iterator[str]:
    if answer.txt.did and answer.file.did:
        yield _("DNS and the website name two different accounts. Leave only one.")
        return
    ways = (
        (f"DNS, TXT _atproto.{found.handle}: ", answer.txt),
        (f"{file_of(found.handle)}: ", answer.file),
    )
    for where, told in ways:
        yield f"{where}{SAID[told.why]}"


@login_required
@require_POST
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look now whether the organisation's website links to the account."""
    here, found = _here(request, slug, pk)
    form = PageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the address of a page, like https://example.org/contact."))
        return redirect("accounts:account", slug, pk)
    try:
        _prove_by_page(here, found, form.cleaned_data["page"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Proved: your website names @%(handle)s.") % {"handle": found.handle}
        )
    return redirect("accounts:account", slug, pk)


def _prove_by_page(here: Place, found: "Account", url: str) -> None:
    host = (urlsplit(url).hostname or "").lower()
    if not is_its_own(host, here.organisation):
        raise Refusal(
            _("That page is not on %(domain)s, the domain that the coalition has on file for you.")
            % {"domain": here.organisation.domain or "…"}
        )
    did = ""
    if settings.NETWORKS != "rehearsal":
        _refuse_when_off()
        answer = async_to_sync(ask_page)(url, wiring.bluesky_hosts())
        if isinstance(answer, Told):
            raise Refusal(f"{url}: {SAID[answer.why]}")
        if not names_it(answer, found):
            raise Refusal(
                _("That page has no link to @%(handle)s that a visitor could click.")
                % {"handle": found.handle}
            )
        did = _meant(found) if found.network == NetworkChoices.BLUESKY else ""
    if found.proof in {Proof.DOMAIN, Proof.CONNECTED}:
        raise Refusal(_("This account is proved in a stronger way already."))
    prove(found, Proof.LINKED_BACK, did=did, page=url, actor=here.person.number, now=here.now)


def _meant(found: "Account") -> str:
    """The account behind the name today: it is pinned, and not who takes the name later."""
    told = async_to_sync(ask_name)(found.handle, wiring.bluesky_hosts())
    if told.why is Why.NO_ANSWER:
        raise Refusal(f"Bluesky: {SAID[told.why]}")
    if not told.did:
        raise Refusal(
            _("No account on Bluesky is called @%(handle)s now.") % {"handle": found.handle}
        )
    if found.network_id not in {"", told.did}:
        raise Refusal(
            _("@%(handle)s is another account now than the one kept here.")
            % {"handle": found.handle}
        )
    return told.did


def _refuse_when_off() -> None:
    if settings.NETWORKS != "live":
        raise Refusal(_("Networks are off on this site: nothing can be asked from here."))


def _here(request: HttpRequest, slug: str, pk: int) -> "tuple[Place, Account]":
    here = place(request, slug, Role.OWNER)
    return here, account_at(here, pk)
