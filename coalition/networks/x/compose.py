"""The link that opens X's own composer with a text in it."""

from urllib.parse import quote


def compose_link(text: str) -> str:
    """Opens X with this text; it can choose neither the account nor a picture."""
    return f"https://x.com/intent/tweet?text={quote(text, safe='')}"
