"""GET /oembed: whose a post is, told to anybody. The name in the asked address does not matter."""

import html
import re

from tests.fakex import problems
from tests.fakex.exchange import Answer, Call, as_json
from tests.fakex.world import World

ADDRESS = re.compile(r"https://(?:x|twitter)\.com/[A-Za-z0-9_]+/status/([0-9]+)")


def oembed(world: World, call: Call) -> Answer:
    """The post with its author; nothing of who is suspended or of what is not there."""
    found = ADDRESS.fullmatch(call.query.get("url", ""))
    if found is None:
        return problems.NOT_FOUND
    for user in world.people.by_id.values():
        for post in user.posts:
            if str(post.id) == found[1] and not user.suspended:
                return as_json(200, _shown(user.username, post.id, post.text))
    return problems.NOT_FOUND


def _shown(username: str, post: int, text: str) -> dict[str, object]:
    address = f"https://x.com/{username}/status/{post}"
    quoted = f"<blockquote><p>{html.escape(text)}</p>&mdash; @{username} <a href={address!r}></a>"
    return {
        "url": address,
        "author_name": username,
        "author_url": f"https://x.com/{username}",
        "html": f"{quoted}</blockquote>",
        "width": 550,
        "height": None,
        "type": "rich",
        "cache_age": "3153600000",
        "provider_name": "X",
        "provider_url": "https://x.com",
        "version": "1.0",
    }
