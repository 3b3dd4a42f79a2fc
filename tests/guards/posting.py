"""To post what somebody did not write."""

from tests.guards.guard import Cut, Rows, out

ACTIONS = "coalition/publishing/actions.py"
RELEASE = "coalition/publishing/release.py"
COMPOSE = "coalition/publishing/compose.py"
VAULT = "coalition/members/vault.py"
ACCESS = "coalition/members/access.py"
CONSENTS = "coalition/members/consents.py"
CONSENT = "coalition/networks/bluesky/oauth/consent.py"
SESSION = "coalition/networks/bluesky/session.py"
ON_X = "coalition/web/accounts/x/connecting.py"
X_VIEWS = "coalition/web/accounts/x/views.py"

TWO_PEOPLE = Cut(
    "migrations/0001_the_exit.py",
    "models.Q(('approved_by__isnull', True), ('written_by__isnull', True), "
    "models.Q(('approved_by', models.F('written_by')), _negated=True), "
    "('approval_waived', True), _connector='OR'), name='a_second",
    "models.Q(('pk__isnull', False)), name='a_second",
)
REMOVED_PEOPLE = (
    ACCESS,
    "removed_at__isnull=True,\n            role__in=allowed,",
    "role__in=allowed,",
)
EVERYBODYS_STATES = """
    from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY
    from django.contrib.sessions.models import Session

    for one in Session.objects.all():
        if STATES_SESSION_KEY in one.get_decoded():
            request.session[STATES_SESSION_KEY] = one.get_decoded()[STATES_SESSION_KEY]
    request.session.save()
    response: HttpResponse = _came_back(request)
"""
GOOD_FOR_EVER = """
    from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY

    kept = dict(request.session.get(STATES_SESSION_KEY, {}))
    response: HttpResponse = _came_back(request)
    request.session[STATES_SESSION_KEY] = kept
"""
CAME_BACK = "    response: HttpResponse = _came_back(request)\n"

ROWS: Rows = {
    "edit a text after it was approved, also behind an open page, also after it was armed": [
        out(
            ACTIONS,
            "        move_one(post, Move.TAKE_BACK, **UNAPPROVED)\n"
            "    if post.state != State.DRAFT:\n"
            '        raise Refusal(_("This post can\'t be changed any more."))\n',
            "",
            "test_an_edit_voids_the_approval",
        ),
        out(
            ACTIONS,
            "if shown is not None and shown != shown_sha256(post):",
            "if False:",
            "test_words_changed_behind_a_page_are_not_approved_by_it",
        ),
        out(
            RELEASE,
            "if item.words != item.approval:",
            "if False:",
            "test_words_that_nobody_approved_are_refused_and_not_sent",
        ),
        out(
            RELEASE,
            "if claimed.approval != item.approval:",
            "if False:",
            "test_words_approved_anew_after_arming_are_not_sent_in_their_old_form",
        ),
    ],
    "approve one's own text": [
        out(
            ACTIONS,
            "if post.written_by == actor and not waiver:",
            "if False:",
            "test_the_writer_alone_does_not_approve_unless_it_is_recorded_that_they_work_alone",
            also=[TWO_PEOPLE],
        ),
        out(
            TWO_PEOPLE.file,
            TWO_PEOPLE.old,
            TWO_PEOPLE.new,
            "test_the_writer_is_not_the_second_person_for_the_database_either",
        ),
    ],
    "use an approval for another hour or another account": [
        out(COMPOSE, one, "", "test_an_approval_is_bound_to_the_account_and_the_hour")
        for one in (
            '        "account": account.network_id or account.handle,\n',
            '        "exit_at": exit_at.timestamp(),\n',
        )
    ],
    "put one organisation's sealed credential into another's row": [
        out(
            VAULT,
            'return at + b"|" + key_id.encode()',
            "return key_id.encode()",
            "test_a_credential_moved_to_another_row_does_not_open",
        ),
        out(
            VAULT,
            "[account.organisation_id, account.network, account.pk, field]",
            "[account.pk, field]",
            "test_nor_does_it_when_its_account_changes_hands",
        ),
    ],
    "open a credential with what the web server has": [
        out(  # a key that follows from what is public, as if one secret sealed and opened
            VAULT,
            ".derive(shared)",
            ".derive(ephemeral)",
            "test_who_can_only_seal_opens_nothing",
            also=[
                Cut(
                    VAULT,
                    "self._opening.get(sealed.key_id)\n",
                    "self._opening.get(sealed.key_id, X25519PrivateKey.generate())\n",
                )
            ],
        ),
        out(
            "docker-compose.yml",
            "\n  secrets: [database_password, secret_key, vault_public_key]",
            "\n  secrets: [database_password, secret_key, vault_public_key, vault_private_keys]",
            "test_only_the_worker_gets_the_private_key",
        ),
    ],
    "finish somebody else's consent, in another session, twice, too late, or with another "
    "server's answer": [
        out(
            CONSENTS,
            "            session_sha256=_hash(session),\n            person=actor,\n",
            "            person=actor,\n",
            "test_consent.py::test_an_answer_is_no_good_in_another_session",
        ),
        out(
            CONSENTS,
            "if found is None or not Consent.objects.filter(pk=found.pk).delete()[0]:",
            "if found is None:",
            "test_consent.py::test_an_answer_is_no_good_twice",
        ),
        out(
            CONSENTS,
            "            expires_at__gt=now,\n",
            "",
            "test_an_answer_after_ten_minutes_is_too_late",
        ),
        out(  # who answered is compared before the exchange, and again with whose server it is
            CONSENT,
            'if issuer != asked["issuer"]:',
            "if False:",
            "test_an_answer_that_another_server_claims_to_give_is_refused",
            also=[Cut(CONSENT, "if server.issuer != issuer or", "if")],
        ),
        out(  # allauth keeps a state in its session; beside that, its person must act for it
            X_VIEWS,
            CAME_BACK,
            EVERYBODYS_STATES,
            "test_x.py::test_an_answer_is_no_good_in_another_session",
            also=[
                Cut(
                    ACCESS,
                    "            user=person,\n            organisation__",
                    "            organisation__",
                )
            ],
        ),
        out(  # allauth forgets a state that was used, and X itself a code
            X_VIEWS,
            CAME_BACK,
            GOOD_FOR_EVER,
            "test_x.py::test_an_answer_is_no_good_twice",
            also=[Cut("tests/fakex/world.py", "self.grants.codes.pop(code, None)", "pass")],
        ),
    ],
    "connect an account that belongs to somebody else": [
        out(
            CONSENT,
            'if granted.did != asked["did"]:',
            "if False:",
            "test_somebody_elses_account_is_refused_with_both_names",
        ),
        out(
            ON_X,
            'if str(said["username"]).lower() != account.handle.lower():',
            "if False:",
            "test_another_account_than_the_one_asked_for_is_refused",
        ),
        out(
            "coalition/members/actions.py",
            "if Account.objects.filter(network=network, handle__iexact=handle).exists():",
            "if False:",
            "test_an_account_of_somebody_else_is_refused",
            also=[
                Cut(
                    TWO_PEOPLE.file,
                    "(models.F('network'), django.db.models.functions.text.Lower('handle'),",
                    "(models.F('id'),",
                )
            ],
        ),
        out(  # the account is part of what was approved
            COMPOSE,
            '        "account": account.network_id or account.handle,\n',
            "",
            "test_another_account_than_the_pinned_one_is_not_posted_to",
        ),
    ],
    "hand us a main password": [
        out(
            SESSION,
            "return _judge(tokens.access, did) or tokens",
            "return tokens",
            "test_passwords_that_we_must_not_hold",
        ),
    ],
    "act with the session of somebody who is no member any more": [
        out(
            *REMOVED_PEOPLE,
            "test_every_address_answers_each_role_as_the_table_says[ex-member]",
            "test_who_may_no_longer_act_for_it_connects_nothing",
        ),
        out(
            ACCESS,
            "Coordinator.objects.filter(user=person, removed_at__isnull=True)",
            "Coordinator.objects.filter(user=person)",
            "test_every_address_answers_each_role_as_the_table_says[ex-coordinator]",
            "test_who_was_removed_has_no_way_in_and_may_come_back",
        ),
    ],
    "approve for a member as a coordinator": [
        out(
            ACCESS,
            "    if representation is None:\n",
            "    if is_coordinator(person):\n"
            "        of = Representative.objects.select_related('organisation')\n"
            "        representation = of.filter(organisation__slug=slug).first()\n"
            "    if representation is None:\n",
            "test_every_address_answers_each_role_as_the_table_says[coordinator]",
        ),
    ],
}
