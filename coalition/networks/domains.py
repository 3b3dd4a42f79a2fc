"""Which endings make a word a domain: the list by which X makes bare domains links (pure)."""

from pathlib import Path

TOP_LEVEL_DOMAINS = frozenset(
    Path(__file__).with_name("top_level_domains.txt").read_text("utf-8").split()
)


def has_known_ending(domain: str) -> bool:
    """Whether the domain's last label is a top-level domain."""
    return domain.rpartition(".")[2].lower() in TOP_LEVEL_DOMAINS
