"""One page, written by the real writer, and the three servers that serve it."""

import os
import shutil
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.composed import Service, ask, nginx, play, python_says
from tests.testnet import servers
from tests.testnet.server import free_port

PATH = "/nl/samen-weg/"
HTTPS = {"X_Forwarded_Proto": "https"}
OK = 200
ORGANISATIONS = 60
PLAIN = """
worker_processes auto;
pid {folder}/plain.pid;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; root {folder}/plain; gzip_static on; }}
}}
"""


@dataclass(frozen=True)
class Servers:
    """Where each of them listens."""

    plain: int
    nginx: int
    embedded: int

    def port(self, side: str) -> int:
        found: int = getattr(self, side)
        return found


@contextmanager
def servers_up() -> Iterator[Servers]:
    """All three, with the same bytes; they end with the block."""
    servers.nginx()  # says at once where there is none
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        values = embedded_values(folder)
        (folder / "data").mkdir()
        python_says("manage.py migrate --noinput", values)
        play(
            values,
            "made = factories.campaign(slug='samen-weg', opened_at=datetime.now(UTC))\n"
            f"for one in range({ORGANISATIONS}):\n"
            "    factories.pledge(made, factories.organisation(f'Waterput {one}'))\n",
        )
        python_says("manage.py snapshots", values)
        shutil.copytree(folder / "data" / "snapshots" / "now" / "www", folder / "plain")
        embedded = stack.enter_context(granian(values, folder))
        ours = stack.enter_context(nginx(embedded.port, values, folder))
        plain = stack.enter_context(plain_nginx(values, folder))
        bodies = {ask(one.port, PATH, **HTTPS)[2] for one in (plain, ours, embedded)}
        assert len(bodies) == 1, "the three don't serve the same bytes"
        yield Servers(plain.port, ours.port, embedded.port)


def embedded_values(folder: Path) -> dict[str, str]:
    """The settings of an embedded run behind the same front."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ENV_FILE": "",
        "DEPLOYMENT": "embedded",
        "DATA_DIR": str(folder / "data"),
        "PUBLIC_URL": "https://exit.example.org",
        "SECRET_KEY": urlsafe_b64encode(os.urandom(48)).decode(),
    }


def granian(values: dict[str, str], folder: Path) -> Service:
    """The web server of the embedded run, with its own arguments."""
    from coalition.management.serving import command

    port = free_port()
    made = Service(
        command(port),
        values,
        lambda: ask(port, "/healthz", **HTTPS)[0] == OK,
        home=folder / "web",
    )
    made.port = port
    return made


def plain_nginx(values: dict[str, str], folder: Path) -> Service:
    """nginx as it comes, with files."""
    port = free_port()
    conf = folder / "plain.conf"
    conf.write_text(PLAIN.format(folder=folder, port=port))
    may_read = "user root; " if os.getuid() == 0 else ""
    line = [str(servers.nginx()), "-c", str(conf), "-e", "stderr", "-g", f"{may_read}daemon off;"]
    made = Service(line, values, lambda: ask(port, PATH)[0] == OK, home=folder / "plain-nginx")
    made.port = port
    return made
