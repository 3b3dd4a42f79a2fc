"""Taking the word back, and the truth about what had left by then."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coalition.members.states import Role
from coalition.pledges import actions
from coalition.pledges.states import PROMISES
from coalition.publishing.queries import posts_of
from coalition.publishing.states import State
from coalition.web.place import place

LEFT = frozenset({State.PUBLISHED})
DOUBTFUL = frozenset({State.SENDING, State.UNCERTAIN})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """First what will happen, then, once confirmed, what has happened."""
    here = place(request, slug, Role.OWNER)
    pledge = here.answered
    if request.method == "POST":
        actions.withdraw(pledge, actor=here.person, now=here.now)
        return redirect("member:withdraw", slug)
    posts = list(posts_of(here.organisation, here.asked))
    return render(
        request,
        "member/withdraw.html",
        {
            "here": here,
            "promised": pledge.answer in PROMISES,
            "out": [post for post in posts if post.state in LEFT],
            "doubtful": [post for post in posts if post.state in DOUBTFUL],
            "held": [post for post in posts if post.state not in LEFT | DOUBTFUL],
        },
    )
