"""A pasted link: X is asked whose it is, with nothing held open; then it is kept or refused."""

from typing import TYPE_CHECKING

from coalition import wiring
from coalition.publishing.actions import prove_by_hand
from coalition.publishing.links import link_on_x

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.members.models import User
    from coalition.publishing.models import Post


def prove(post: "Post", link: str, *, actor: "User", looked: bool = False, now: "datetime") -> None:
    """Keep the link of a post made by hand. `looked`: a coordinator has seen it with own eyes."""
    sight = wiring.whose_on_x(link_on_x(post, link), post.account.handle)
    prove_by_hand(post, link, sight=sight, looked=looked, actor=actor, now=now)
