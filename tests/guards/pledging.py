"""To pledge for somebody else."""

from tests.guards.guard import Cut, Rows, out

JOINING = "coalition/joining/actions.py"
LINKS = "coalition/joining/queries.py"
MAILBOXES = "coalition/joining/mailboxes.py"
PLEDGES = "coalition/pledges/actions.py"
INVITATIONS = "coalition/pledges/invitations.py"
ENTRIES = "coalition/members/entries.py"
CANDIDATES = "migrations/0005_who_asks_to_leave_too.py"
DOOR = "coalition/web/pledge/invitation.py"

ROWS: Rows = {
    "a pledge that nobody confirmed": [
        out(
            "coalition/pledges/queries.py",
            "return self.confirmed and not self.withdrawn",
            "return not self.withdrawn",
            "test_an_unconfirmed_pledge_holds_nothing_up_until_somebody_vouches",
        ),
        out(
            LINKS,
            "confirmed_at__isnull=False, decided_at__isnull=True\n    )\n    return list(",
            "decided_at__isnull=True\n    )\n    return list(",
            "test_asking_shows_nothing_and_writes_one_letter",
        ),
    ],
    "the same domain by case, `www.`, other letters or a dot at its end": [
        *(
            out(
                ENTRIES,
                old,
                new,
                "test_a_domain_is_the_same_however_it_is_written",
                "test_a_domain_is_written_in_one_way",
            )
            for old, new in (
                ('://", "", text.strip().lower())', '://", "", text.strip())'),
                ('.removeprefix("www.")\n    if not bare.isascii', "\n    if not bare.isascii"),
                ('bare).rstrip(".").removeprefix', "bare).removeprefix"),
            )
        ),
        out(
            ENTRIES,
            "bare = idna.encode(bare, uts46=True).decode()",
            "return bare",
            "test_a_domain_is_written_in_one_way",
        ),
        out(
            JOINING,
            "if Organisation.objects.filter(same_domain | same_name).exists():",
            "if False:",
            "test_a_second_one_of_a_domain_is_put_together_instead",
        ),
    ],
    "a mailbox somewhere else, or at a host that anybody has": [
        out(
            MAILBOXES,
            'host == domain or host.endswith(f".{domain}")',
            "host.endswith(domain)",
            "test_a_mailbox_is_at_the_domain_or_a_part_of_it",
        ),
        out(
            MAILBOXES,
            'any(domain == host or domain.endswith(f".{host}") for host in SHARED_HOSTS)',
            "domain in SHARED_HOSTS",
            "test_a_page_on_somebodys_host_proves_nothing",
        ),
    ],
    "be one's own coordinator": [
        out(
            JOINING,
            "        pk=candidate.pk, confirmed_at__isnull=False, decided_at__isnull=True\n",
            "        pk=candidate.pk, decided_at__isnull=True\n",
            "test_nobody_decides_about_what_is_not_confirmed",
            also=[
                Cut(
                    CANDIDATES,
                    "models.Q(('confirmed_at__isnull', False), models.Q((",
                    "models.Q(models.Q((",
                )
            ],
        ),
        out(
            "coalition/web/dashboard/door.py",
            "        if not is_coordinator(request.user):\n            raise Http404\n",
            "",
            "test_every_address_answers_each_role_as_the_table_says[owner]",
        ),
    ],
    "guess an invitation": [
        *(
            out(
                DOOR,
                f'@limited("enter")\ndef {view}(',
                f"def {view}(",
                "test_an_invitation_cannot_be_guessed_at_leisure",
                postgres=True,
            )
            for view in ("invitation", "enter")
        ),
        out(
            LINKS,
            "signing.loads(token, salt=SALT)",
            'signing.JSONSerializer().loads(signing.b64_decode(token.partition(":")[0].encode()))',
            "test_a_guessed_link_opens_nothing",
        ),
    ],
    "accept an invitation as somebody who signs in here already": [
        out(
            INVITATIONS,
            "if email != invitation.email.lower():",
            "if False:",
            "test_it_cannot_take_over_a_sign_in_that_exists",
        ),
    ],
    "use a link again": [
        out(
            LINKS,
            "campaign=campaign,\n        confirmed_at__isnull=True,\n"
            "        disowned_at__isnull=True,\n        decided_at__isnull=True,\n"
            "        expires_at__gt=now,\n    ).first()",
            "campaign=campaign,\n        expires_at__gt=now,\n    ).first()",
            "test_the_link_works_once",
            "test_yes_confirms_and_the_link_is_dead",
        ),
        out(
            "coalition/members/actions.py",
            "found.filter(used_at__isnull=True, expires_at__gt=now).update(",
            "found.filter(expires_at__gt=now).update(",
            "test_a_sign_in_link_waits_for_its_button",
        ),
        *(
            out(
                file,
                old,
                new,
                "test_what_opens_nothing_looks_the_same_whatever_the_reason",
            )
            for file, old, new in (
                (DOOR, "if found is None or found.claimed_at:", "if found is None:"),
                (
                    INVITATIONS,
                    "            superseded_at__isnull=True,\n            expires_at__gt=now,\n",
                    "            expires_at__gt=now,\n",
                ),
                (
                    INVITATIONS,
                    "            superseded_at__isnull=True,\n            expires_at__gt=now,\n",
                    "            superseded_at__isnull=True,\n",
                ),
            )
        ),
    ],
    "let a mail scanner open it": [
        out(
            DOOR,
            '    if request.method == "POST":\n        try:\n            link = use',
            "    if request.method:\n        try:\n            link = use",
            "test_a_sign_in_link_waits_for_its_button",
        ),
        out(
            DOOR,
            '    if request.method == "POST":\n        mark_opened(found',
            "    mark_opened(found.campaign, found.organisation, now=now)\n"
            '    if request.method == "POST":\n        mark_opened(found',
            "test_a_scanner_changes_nothing",
        ),
        out(
            "coalition/web/progress/joining.py",
            'request.POST.get("answer") if request.method == "POST" else None',
            'request.POST.get("answer", "yes")',
            "test_a_scanner_that_opens_the_link_changes_nothing",
        ),
    ],
    "flood the form, or somebody's mailbox": [
        out(
            JOINING,
            "if person else owner_of(wish.domain)",
            "if person else wish.domain",
            "test_a_thousand_fakes_show_nothing_and_write_to_nobody_twice",
            "test_one_target_is_written_to_once",
        ),
        out(
            JOINING,
            "if recent.filter(sender_sha256=digest).count() >= FROM_ONE_CONNECTION:",
            "if False:",
            "test_one_connection_asks_so_often_a_day",
        ),
        out(
            JOINING,
            "if recent.filter(campaign=campaign).count() >= LETTERS_A_DAY:",
            "if False:",
            "test_everybody_together_asks_so_often_a_day",
        ),
        out(
            JOINING,
            "str(ip_network((ip, 64), strict=False)) if wide else str(ip)",
            "str(ip)",
            "test_a_connection_of_ipv6_is_its_network",
        ),
        out(
            "coalition/web/progress/joining.py",
            "str(get_adapter(request).get_client_ip(request))",
            'request.headers.get("X-Forwarded-For", "").partition(",")[0]',
            "test_an_address_that_somebody_makes_up_is_no_other_connection",
        ),
    ],
    "fulfil others' conditions with rows that don't count": [
        out(
            PLEDGES,
            "if campaign.threshold and len(holds) >= campaign.threshold:",
            "if campaign.threshold and standing_promises(campaign).count() >= campaign.threshold:",
            "test_conditions_that_wait_do_not_reach_the_threshold",
        ),
        out(
            "coalition/pledges/solve.py",
            "self.members = sum(promise.member for promise in self.promises.values())",
            "self.members = len(self.promises)",
            "test_a_percentage_is_of_the_members_and_independents_do_not_move_it",
        ),
        out(
            "coalition/privacy/forgetting.py",
            "    leave_coalition(organisation, actor=actor, now=now)\n    called =",
            "    Condition.organisations.through._default_manager.filter(\n"
            "        organisation=organisation\n    ).delete()\n"
            "    leave_coalition(organisation, actor=actor, now=now)\n    called =",
            "test_nobodys_condition_comes_true_because_a_name_fell_out_of_it",
        ),
    ],
    "pledge for a person who does not know of it": [
        out(
            "coalition/pledges/queries.py",
            "Pledge.objects.filter(persons_by_opt_in, campaign",
            "Pledge.objects.filter(campaign",
            "test_what_may_not_be_seen_moves_no_number_and_shows_nowhere",
        ),
        out(
            MAILBOXES,
            'name, host = name.replace(".", ""), "gmail.com"',
            "pass",
            "test_a_persons_mailbox_is_one_however_it_is_spelled",
        ),
    ],
    "answer for an organisation that has answered": [
        out(
            PLEDGES,
            "if not confirmed and said.filter(confirmed_at__isnull=False).exists():",
            "if False:",
            "test_a_stranger_does_not_overwrite_what_an_organisation_has_said",
        ),
    ],
}
