"""Our own public address, as far as Bluesky's server looks at it: two pages over real TLS."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coalition.networks.bluesky.oauth.client import Client
from tests.testnet.pds import Pds
from tests.testnet.server import free_port

NAME = "exit.koepel-voorbeeld.be"  # servers refuse .test, .example and example.org


class Site:
    """`client` may be changed while it runs, as when a deployment changes its keys."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"https://{NAME}:{self.port}"
        self.client = Client.of(self.url, [("one", b"1" * 32)])
        self.certificate = folder / "site.pem"
        self._write_certificate(folder / "site.key")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "site.key")
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def page(self, path: str) -> dict[str, Any] | None:
        """What stands at this path."""
        return {
            "/oauth-client-metadata.json": lambda: self.client.metadata("A test"),
            "/oauth-jwks.json": self.client.jwks,
        }.get(path, lambda: None)()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805 — `self` is the request's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = site.page(self.path)
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler

    def _write_certificate(self, key_file: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.fixture(scope="session")
def oauth_pds(site: Site) -> Iterator[Pds]:
    """A Bluesky server that can reach our site."""
    with Pds(LOOPBACK_HOSTS=NAME, NODE_EXTRA_CA_CERTS=str(site.certificate)) as pds:
        yield pds
