"""Moving posts along the declared arrows, by conditional UPDATE; an undeclared one is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from coalition.publishing.each import update_each
from coalition.publishing.models import Post
from coalition.publishing.states import ARROWS, Move, State


def move(posts: QuerySet[Post], arrow: Move, **fields: Any) -> int:
    """Move those posts that stand where `arrow` starts; how many. Nobody else writes `state`."""
    sources, target = ARROWS[arrow]
    return posts.filter(state__in=sources).update(state=target, **fields)


def move_one(post: Post, arrow: Move, **fields: Any) -> bool:
    """Move one post; False when somebody else was first."""
    moved = move(Post.objects.filter(pk=post.pk), arrow, **fields)
    post.refresh_from_db()
    return bool(moved)


def move_each(rows: Sequence[Mapping[str, Any]], arrow: Move) -> int:
    """Move many posts along one arrow at once, each with its own fields; `id` says which."""
    sources, target = ARROWS[arrow]
    return update_each(
        Post,
        [{**row, "state": target} for row in rows],
        by=("id",),
        where=f"coalition_post.state IN ({', '.join(['%s'] * len(sources))})",
        parameters=sorted(sources),
    )


def may(state: State | str, arrow: Move) -> bool:
    """Whether an arrow starts here."""
    return state in ARROWS[arrow][0]
