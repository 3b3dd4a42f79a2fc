"""A name server on loopback that knows a few records."""

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Answers over UDP, and NXDOMAIN to the rest. `broken`: a server failure to everything."""

    def __init__(
        self,
        texts: Mapping[str, Sequence[str]],
        addresses: Mapping[str, Sequence[str]] | None = None,
        *,
        broken: bool = False,
    ) -> None:
        """`addresses`: name → what is answered in turn, the last one from then on."""
        self._texts, self._broken = texts, broken
        self._addresses = {name: list(those) for name, those in (addresses or {}).items()}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, asker = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), asker)

    def _answer(self, question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True)
        texts = self._texts.get(name, ()) if asked.rdtype == dns.rdatatype.TXT else ()
        turns = self._addresses.get(name, [])
        if self._broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts:  # in pieces, as name servers may
            pieces = [" ".join(f'"{half}"' for half in (text[:9], text[9:])) for text in texts]
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "TXT", *pieces))
        elif turns and asked.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}:
            address = turns.pop(0) if len(turns) > 1 else turns[0]
            kind = "AAAA" if ":" in address else "A"
            if dns.rdatatype.to_text(asked.rdtype) == kind:
                answer.answer.append(dns.rrset.from_text(asked.name, 0, "IN", kind, address))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
