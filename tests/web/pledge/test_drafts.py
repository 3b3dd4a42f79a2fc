"""An answer that is not given yet: kept as it was typed, seen by its own people, nobody's word."""

from django.test import Client

from coalition.members.models import Organisation, User
from coalition.members.states import Role
from coalition.pledges.models import Pledge, PledgeDraft
from tests import factories
from tests.web.pledge.people import browser
from tests.web.pledge.test_pledge import ANSWER, WHERE, give

HALF = {"answer": "leave if", "at_least": "many", "paused_until": "2027-06-01", "draft": "yes"}


def test_a_draft_is_kept_however_unsound_and_a_colleague_goes_on_with_it(
    inside: Client, ours: Organisation, owner: User
) -> None:
    other = factories.organisation("Brug", slug="brug")
    inside.post(WHERE, {**HALF, "named": [other.slug]})
    draft = PledgeDraft.objects.get()
    assert (draft.organisation, draft.kept_by, draft.kept_at) == (ours, owner, factories.NOW)
    assert not Pledge.objects.exists()
    colleague = browser(factories.representative(ours))
    shown = colleague.get(WHERE).content.decode()
    for typed in (
        'value="many"',
        'value="2027-06-01"',
        'value="brug" class="scroll" id="id_named_0" checked',
    ):
        assert typed in shown
    assert "A draft is kept." in colleague.get("/en/member/waterput/").content.decode()


def test_an_answer_takes_the_draft_away(inside: Client, ours: Organisation) -> None:
    del ours
    inside.post(WHERE, {**ANSWER, "draft": "yes"})
    inside.post(WHERE, HALF)
    assert PledgeDraft.objects.get().typed["answer"] == "leave if", "one, the last"
    give(inside)
    assert not PledgeDraft.objects.exists()


def test_only_who_may_answer_keeps_one(ours: Organisation) -> None:
    writer = browser(factories.representative(ours, Role.WRITER))
    assert writer.post(WHERE, HALF).status_code == 404
    assert not PledgeDraft.objects.exists()


def test_trying_a_condition_asks_for_nothing_else_yet(inside: Client, ours: Organisation) -> None:
    del ours
    tried = inside.post(WHERE, {"answer": "leave if", "at_least": 1, "try": "yes"})
    shown = tried.content.decode()
    assert "At least 1 organisation leaves" in shown
    assert "errors" not in shown
    assert not PledgeDraft.objects.exists()
