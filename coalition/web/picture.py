"""A post's picture as an answer: of two kinds alone, taken for nothing else, kept by nobody."""

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from coalition.publishing.queries import picture_of

if TYPE_CHECKING:
    from coalition.publishing.models import Post

ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png"}


def picture_answer(post: "Post", place: int, *, take: bool = False) -> HttpResponse:
    """To be shown, or with `take` to be kept as a file; whoever may see the post may ask."""
    found = picture_of(post, place)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    kind = "attachment" if take else "inline"
    ending = ENDINGS[found.content_type]
    name = f"{post.account.organisation.slug}-{post.pk}-{place}.{ending}"
    response["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response
