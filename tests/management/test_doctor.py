"""`manage.py doctor`: every line turns red when what it looks at is broken on purpose."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.health.actions import leave_pulse
from coalition.health.models import Pulse
from coalition.health.queries import PULSES
from coalition.mail.models import Letter
from coalition.management.commands.doctor import findings
from coalition.management.doctor import house, servers
from coalition.management.doctor.finding import Colour, Finding, yellow
from coalition.members.actions import keep_secret
from coalition.members.models import Credential
from coalition.members.resealing import reseal_some
from coalition.members.states import Route
from coalition.members.vault import Vault, new_key_pair
from coalition.publishing.clock import database_now
from coalition.publishing.models import Breaker
from coalition.publishing.states import State
from tests import environment, factories
from tests.testnet.servers import Valkey

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def colours() -> dict[str, Colour]:
    return {one.subject: one.colour for one in [*house.hands(), house.people(), house.keys()]}


@pytest.fixture
def well(settings: Settings) -> None:
    now = database_now()
    settings.EMBEDDED = False
    for name in PULSES:
        Pulse.objects.create(name=name, at=now)
    for _two in range(2):
        factories.coordinator()


@pytest.mark.usefixtures("well")
def test_a_house_that_is_well_is_green() -> None:
    assert set(colours().values()) == {Colour.GREEN}


@pytest.mark.usefixtures("well")
@pytest.mark.parametrize(
    ("name", "subject"), [("tick", "clock"), ("worker", "worker"), ("backup", "backups")]
)
def test_who_has_stopped_working_is_red(name: str, subject: str) -> None:
    Pulse.objects.filter(name=name).update(at=database_now() - 30 * HOUR)
    assert colours()[subject] is Colour.RED
    Pulse.objects.filter(name=name).delete()
    assert colours()[subject] is Colour.RED


@pytest.mark.usefixtures("well")
def test_an_overdue_post_is_red() -> None:
    now = database_now()
    campaign = factories.campaign()
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=now - HOUR / 6, go_at=now - HOUR)
    campaign.refresh_from_db()
    account = factories.account(factories.organisation(), network_id="1")
    factories.post(
        factories.pledge(campaign, account.organisation),
        account,
        state=State.APPROVED,
        route=Route.DIRECT,
    )
    assert colours()["posts"] is Colour.RED


@pytest.mark.usefixtures("well")
def test_a_letter_that_waits_is_red_and_one_that_failed_is_yellow() -> None:
    now = database_now()
    letter = Letter.objects.create(
        key="a", kind="invitation", to="a@b.example", subject="s", text="t", written_at=now - HOUR
    )
    assert colours()["letters"] is Colour.RED
    Letter.objects.filter(pk=letter.pk).update(sending_at=now, failed_at=now)
    assert colours()["letters"] is Colour.YELLOW


@pytest.mark.usefixtures("well")
def test_an_open_breaker_is_yellow() -> None:
    Breaker.objects.create(network="x", detail="402", opened_at=database_now())
    assert colours()["breakers"] is Colour.YELLOW


@pytest.mark.parametrize(("count", "colour"), [(0, Colour.RED), (1, Colour.YELLOW)])
def test_somebody_has_to_run_the_exit(count: int, colour: Colour) -> None:
    for _one in range(count):
        factories.coordinator()
    assert house.people().colour is colour


@pytest.mark.usefixtures("well")
def test_a_key_that_is_gone_is_red(settings: Settings) -> None:
    Credential.objects.create(
        account=factories.account(factories.organisation()),
        sealed=b"s",
        key_id="gone",
        sealed_at=database_now(),
    )
    assert colours()["keys"] is Colour.RED
    settings.VAULT_PRIVATE_KEYS = []
    assert house.keys().colour is Colour.GREEN  # a web process opens nothing


@pytest.mark.usefixtures("well")
def test_an_older_key_is_yellow_until_nothing_is_sealed_with_it_and_it_is_gone(
    settings: Settings,
) -> None:
    old, new = (new_key_pair(name)[1] for name in ("old", "new"))
    account = factories.account(factories.organisation())
    keep_secret(account, {}, vault=Vault.from_settings("", [old]), now=database_now())
    settings.VAULT_PRIVATE_KEYS = [new, old]
    assert house.keys() == yellow(
        "keys",
        "1 credentials are sealed with an older key than new",
        "run: python manage.py reseal",
    )
    vault = Vault.from_settings("", [new, old])
    reseal_some(Credential, 0, vault=vault, actor="somebody", now=database_now())
    assert house.keys().says == "nothing is sealed with old any more"
    settings.VAULT_PRIVATE_KEYS = [new]
    assert house.keys().colour is Colour.GREEN
    settings.VAULT_PRIVATE_KEYS = [old]
    assert house.keys().says == "1 credentials need key new"


def test_what_is_sealed_must_open_somewhere(settings: Settings) -> None:
    settings.VAULT_PUBLIC_KEY = "other:abc"
    assert house.keys().colour is Colour.RED


def test_a_table_that_is_missing_is_red() -> None:
    assert servers.database().colour is Colour.GREEN
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'coalition'")
    assert servers.database().colour is Colour.RED


class Careless(Valkey):
    """A queue that forgets."""

    def command(self) -> list[str]:
        swapped = {"noeviction": "allkeys-lru"}
        return [swapped.get(word, word) for word in super().command()]


def test_a_queue_that_forgets_is_red(valkey: Valkey, settings: Settings) -> None:
    settings.EMBEDDED = False
    found = []
    with Valkey(appendonly=True) as careful, Careless(appendonly=True) as careless:
        for url in (careful.url, careless.url, valkey.url, "redis://127.0.0.1:1/0"):
            settings.REDIS_URL = url
            found.append(servers.queue().colour)
    assert found == [Colour.GREEN, Colour.RED, Colour.RED, Colour.RED]


@pytest.mark.parametrize(("url", "colour"), [("https://nowhere.invalid", Colour.RED)])
def test_a_name_that_nobody_knows_is_red(url: str, colour: Colour, settings: Settings) -> None:
    settings.EMBEDDED, settings.PUBLIC_URL = False, url
    assert servers.name().colour is colour


def test_plain_http_is_red(settings: Settings) -> None:
    settings.EMBEDDED, settings.PUBLIC_URL = False, "http://localhost"
    assert servers.name().colour is Colour.RED


def test_a_mail_server_that_is_away_is_red(settings: Settings) -> None:
    settings.EMBEDDED = False
    assert servers.mail().colour is Colour.RED  # none at all
    settings.SMTP_HOST = "127.0.0.1"
    options: dict[str, Any] = {"host": "127.0.0.1", "port": 1, "use_tls": True, "username": ""}
    settings.MAILERS = {"default": {"BACKEND": "smtp", "OPTIONS": options}}
    assert servers.mail().colour is Colour.RED


def test_a_disk_that_can_not_be_written_is_red(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert servers.disk().colour is not Colour.RED
    (tmp_path / "file").write_text("", "utf-8")
    settings.DATA_DIR = tmp_path / "file"
    assert servers.disk().colour is Colour.RED


def test_the_clocks_of_one_machine_agree_and_one_that_is_off_is_red() -> None:
    assert servers.clocks().colour is Colour.GREEN
    with time_machine.travel(database_now() + HOUR):  # this machine's; on SQLite the database's too
        assert (servers.clocks().colour is Colour.RED) is not environment.on_sqlite()


@pytest.mark.skipif(environment.on_sqlite(), reason="the queue of a server is no embedded run's")
@pytest.mark.usefixtures("well")
def test_red_ends_with_one_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    Pulse.objects.all().delete()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "→ start it: docker compose up -d worker desk clock" in capsys.readouterr().out


def test_every_red_line_says_what_to_do() -> None:
    found: list[Finding] = list(findings())
    assert all(one.do for one in found if one.colour is not Colour.GREEN)
    assert len(found) > 10


def test_a_pulse_is_written_every_few_seconds_only() -> None:
    now = database_now()
    assert [leave_pulse("probe", now=now) for _time in range(3)] == [True, False, False]
