"""The addresses that Bluesky's network is reached by; tests point them at loopback."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hosts:
    """Fixed services, and hosts of our own choice that may stand on private addresses."""

    plc: str = "https://plc.directory"  # DID → document
    api: str = "https://public.api.bsky.app"  # handle → DID
    dns: str = ""  # address:port of the name server for domain proofs; else the system's
    private: frozenset[str] = field(
        default_factory=frozenset
    )  # e.g. {"localhost"}; also allows plain http there
