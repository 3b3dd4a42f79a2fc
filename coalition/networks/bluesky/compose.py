"""The link that opens Bluesky's own composer with a text in it."""

from urllib.parse import quote


def compose_link(text: str) -> str:
    """Opens Bluesky with this text; it can choose neither the account nor a picture."""
    return f"https://bsky.app/intent/compose?text={quote(text, safe='')}"
