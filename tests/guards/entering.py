"""To be where one has no business, and to look like somebody else."""

from tests.guards.guard import Cut, Rows, out

SETTINGS = "coalition/settings.py"
SIGNING_IN = "coalition/web/signin/adapter.py"
GATE = "coalition/web/signin/gate.py"
DOOR = "coalition/web/pledge/invitation.py"
IDENTITY = "coalition/networks/bluesky/identity.py"
FIRST_ADDRESS = Cut(
    SIGNING_IN,
    "    def is_open_for_signup(self, _request: HttpRequest) -> bool:\n",
    "    def get_client_ip(self, request: HttpRequest) -> str:\n"
    '        told = request.headers.get("X-Forwarded-For", "")\n'
    '        return told.partition(",")[0] or str(super().get_client_ip(request))\n\n'
    "    def is_open_for_signup(self, _request: HttpRequest) -> bool:\n",
)
OF_THIS_SITE = (
    'safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)'
)

ROWS: Rows = {
    "every address × every role × every method": [
        out(
            "coalition/members/access.py",
            "            user=person,\n            organisation__slug=slug,\n",
            "            organisation__slug=slug,\n",
            "test_every_address_answers_each_role_as_the_table_says[stranger]",
        ),
        out(  # the test holds a table to the addresses: a line less
            "tests/web/doors.py",
            '    "member:sheet": Door(get=TEAM),\n',
            "",
            "test_the_table_has_a_line_for_every_address",
        ),
    ],
    "a form from another site": [
        out(
            SETTINGS,
            '    "django.middleware.csrf.CsrfViewMiddleware",\n',
            "",
            "test_every_change_insists_on_its_token[owner]",
        ),
    ],
    "too many codes, wrong codes, somebody else's limit": [
        out(
            SETTINGS,
            '"request_login_code": "30/m/ip"',
            '"request_login_code": "300/m/ip"',
            "test_who_asks_for_too_many_codes_waits_and_nobody_else_does",
            postgres=True,
        ),
        out(
            SETTINGS,
            '"request_login_code": "30/m/ip"',
            '"request_login_code": "30/m/key"',
            "test_who_asks_for_too_many_codes_waits_and_nobody_else_does",
            postgres=True,
        ),
        out(
            SETTINGS,
            "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3",
            "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 300",
            "test_wrong_codes_end_one_browsers_try_and_no_others",
            postgres=True,
        ),
        out(
            FIRST_ADDRESS.file,
            FIRST_ADDRESS.old,
            FIRST_ADDRESS.new,
            "test_an_address_that_somebody_makes_up_before_ours_counts_for_nothing",
            postgres=True,
        ),
    ],
    "frame one of our pages": [
        out(
            SETTINGS,
            'X_FRAME_OPTIONS = "DENY"',
            'X_FRAME_OPTIONS = "SAMEORIGIN"',
            "test_everything_else_still_refuses_to_be_framed",
        ),
    ],
    "be a coordinator with a mailbox, a link or half of a sign-in": [
        out(
            GATE,
            "if not settings.SECOND_STEP_REQUIRED or shown_at(request) is not None:",
            "if True:",
            "test_a_link_that_signs_in_is_no_second_step",
            "test_without_a_second_step_nothing_of_the_dashboard_is_seen_or_changed",
            postgres=True,
        ),
        out(
            "coalition/web/signin/factor.py",
            "    def get_totp_issuer(self) -> str:\n",
            "    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:\n"
            "        return False\n\n"
            "    def get_totp_issuer(self) -> str:\n",
            "test_the_code_from_a_letter_is_half_of_it",
            postgres=True,
        ),
    ],
    "sign up, though nobody was asked": [
        out(
            "coalition/urls.py",
            "(?P<page>signup|email|",
            "(?P<page>email|",
            "test_the_table_has_a_line_for_every_address",
        ),
        out(
            "templates/account/login.html",
            "{{ redirect_field }}",
            '{{ redirect_field }}<a href="{% url "account_signup" %}">{% translate "New" %}</a>',
            "test_signing_in_asks_for_an_address_and_offers_no_sign_up",
        ),
    ],
    "lead somebody elsewhere by one of our links": [
        out(DOOR, OF_THIS_SITE, "safe = True", "test_a_sign_in_link_never_leads_elsewhere"),
        out(GATE, OF_THIS_SITE, "safe = True", "test_it_never_leads_to_another_site"),
    ],
    "say in a mail server's name that somebody's letter came back": [
        out(
            "coalition/mail/returned.py",
            "return pk if constant_time_compare(signature, _signature(pk)) else None",
            "return pk",
            "test_nobody_marks_a_letter_by_guessing_its_number",
        ),
    ],
    "letters of another alphabet in a name or a handle": [
        out(
            "coalition/joining/lookalikes.py",
            ".casefold().translate(TWINS)",
            ".casefold()",
            "test_signs_of_another_alphabet_are_seen_through",
        ),
        out(
            IDENTITY,
            "        if len(scripts) > 1:\n",
            "        if False:\n",
            "test_look_alikes_are_shown_as_punycode",
        ),
        out(
            "coalition/web/accounts/listed.py",
            'as_punycode(account.handle) if is_look_alike(account.handle) else ""',
            '""',
            "test_a_look_alike_is_flagged",
        ),
    ],
    "a handle that is only claimed": [
        out(
            "templates/account_door/account.html",
            '{% if account.proof == "domain" %}',
            "{% if True %}",
            "test_a_name_that_is_only_claimed_is_not_called_proved",
        ),
        out(
            "coalition/networks/bluesky/resolve.py",
            "if handle and await resolve_handle(pool, hosts, handle) == did",
            "if handle",
            "test_a_handle_that_does_not_point_back_is_not_shown",
        ),
    ],
    "a domain that one types": [
        out(
            "coalition/web/accounts/connect.py",
            '"domain": here.organisation.domain,',
            '"domain": found.handle,',
            "test_the_domain_is_the_one_on_file",
        ),
    ],
}
