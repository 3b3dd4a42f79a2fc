"""To learn what is nobody's business."""

from tests.guards.guard import Rows, out

ACCESS = "coalition/members/access.py"
SETTINGS = "coalition/settings.py"
COUNT = "coalition/progress/queries.py"
PLEDGES = "coalition/pledges/queries.py"
CLOSED = "    if representation is None:\n        raise Http404\n"
BEFORE_ITS_TIME = (
    COUNT,
    "Campaign.objects.filter(opened_at__lte=now)",
    "Campaign.objects.filter(opened_at__isnull=False)",
)

ROWS: Rows = {
    "look for another organisation's rows by their numbers, or tell *not yours* from *not there*": [
        out(
            ACCESS,
            CLOSED,
            "    if representation is None:\n"
            "        from django.core.exceptions import PermissionDenied\n\n"
            "        if Organisation.objects.filter(slug=slug).exists():\n"
            "            raise PermissionDenied\n"
            "        raise Http404\n",
            "test_what_is_not_yours_answers_exactly_as_what_is_not_there[stranger]",
        ),
        out(
            "coalition/web/pledge/posts.py",
            "found = posts_of(here.organisation, here.asked).filter(pk=pk).first()",
            "from coalition.publishing.models import Post\n\n"
            "    found = Post.objects.filter(pk=pk).first()",
            "test_what_is_not_yours_answers_exactly_as_what_is_not_there[writer]",
        ),
    ],
    "find the plan in pages, feeds, files, pictures, counts or ETags before its time": [
        out(
            PLEDGES,
            "        .exclude(visibility=Visibility.COORDINATORS)\n",
            "",
            "test_what_is_under_embargo_changes_no_byte_of_any_public_address",
        ),
        out(
            *BEFORE_ITS_TIME,
            "test_what_is_under_embargo_changes_no_byte_of_any_public_address",
            "test_nothing_embargoed_is_in_a_file_before_its_instant",
        ),
        out(
            "coalition/press/embargo.py",
            "return at is not None and at <= now",
            "return at is not None",
            "test_before_its_instant_it_is_nowhere_to_the_byte[GET]",
        ),
        out(
            "coalition/progress/shelf.py",
            "changed = [answer for answer in answers if self._differs(answer, described)]",
            "changed = list(answers)",
            "test_what_did_not_change_is_left_alone",
        ),
    ],
    "look at a picture that was brought to its network before its hour": [
        out(
            "coalition/networks/bluesky/network.py",
            "return await blobs.bring(self._pool, draft, session, fetch)",
            "brought = await blobs.bring(self._pool, draft, session, fetch)\n"
            "        if isinstance(brought, Session):\n"
            "            await publish.publish(self._pool, draft, brought)\n"
            "        return brought",
            "test_a_picture_that_is_brought_before_its_hour_is_seen_by_nobody",
        ),
    ],
    "read quiet answers off a condition": [
        out(
            PLEDGES,
            "        visibility=Visibility.NAMED, holds_since__isnull=False\n",
            "        holds_since__isnull=False\n",
            "test_trying_names_betrays_no_quiet_answer",
        ),
    ],
    "read a page's address off the referrer, or a page off a shared machine": [
        out(
            SETTINGS,
            'SECURE_REFERRER_POLICY = "same-origin"',
            'SECURE_REFERRER_POLICY = "unsafe-url"',
            "test_every_answer_has_every_header[GET-nobody]",
        ),
        out(
            "coalition/web/progress/press.py",
            '    response["Referrer-Policy"] = "no-referrer"\n',
            "",
            "test_every_answer_has_every_header[GET-nobody]",
        ),
        out(
            "coalition/web/headers.py",
            "if depends_on_the_person(request, response):",
            "if False:",
            "test_what_one_person_sees_is_kept_by_nobody[owner]",
        ),
    ],
    "find a secret in what a run leaves behind": [
        out(
            "coalition/web/redaction.py",
            "if TOKEN.search(said):",
            "if False:",
            "test_no_secret_is_in_anything_that_a_run_leaves_behind",
            postgres=True,
        ),
        out(
            "coalition/members/vault.py",
            "return Sealed(key_id, ephemeral + nonce + box)",
            "return Sealed(key_id, ephemeral + nonce + box + json.dumps(dict(secret)).encode())",
            "test_no_secret_is_in_anything_that_a_run_leaves_behind",
            postgres=True,
        ),
    ],
    "learn who signs in here": [
        out(
            SETTINGS,
            "ACCOUNT_PREVENT_ENUMERATION = True",
            "ACCOUNT_PREVENT_ENUMERATION = False",
            "test_an_address_that_nobody_has_is_answered_as_one_that_signs_in_here",
        ),
        out(
            "coalition/web/signin/adapter.py",
            '        if not template_prefix.endswith("login_code"):\n'
            "            return  # who types a stranger's address does not make us write to them\n",
            '        context.setdefault("code", "")\n',
            "test_nobody_is_written_to_because_somebody_typed_their_address",
        ),
    ],
    "learn from a form who else asked, or who is on the list": [
        out(
            "coalition/joining/actions.py",
            "            raise\n        return False\n",
            "            raise\n"
            '        raise Refusal(_("This link has been used already.")) from error\n',
            "test_who_asks_learns_nothing_of_others",
        ),
    ],
}
