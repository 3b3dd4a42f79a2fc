"""What X says when it says no: problem documents, by the name in the last segment of their type."""

from http import HTTPStatus

from tests.fakex.exchange import Answer, as_json

TYPES = "https://api.x.com/2/problems/"


def problem(
    status: int, detail: str, /, *, title: str = "", kind: str = "", **more: str | int
) -> Answer:
    """Write a problem document."""
    said = {"detail": detail, "type": TYPES + kind if kind else "about:blank"}
    return as_json(status, {**said, "title": title or HTTPStatus(status).phrase, **more})


def plain(status: int) -> Answer:
    """Write the problem document that says no more than its status."""
    phrase = HTTPStatus(status).phrase
    return problem(status, phrase, status=status)


def invalid(message: str, status: int = 400) -> Answer:
    """Say which parameter is wrong."""
    return as_json(
        status,
        {
            "errors": [{"parameters": {}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": TYPES + "invalid-request",
        },
    )


UNAUTHORIZED = plain(401)
FORBIDDEN = plain(403)
TOO_MANY = plain(429)
NOT_FOUND = plain(404)
DUPLICATE = problem(
    403, "You are not allowed to create a Tweet with duplicate content.", status=403
)
SUSPENDED = problem(
    403,
    "User has been suspended.",
    title="User Suspended",
    kind="user-suspended",
    status=403,
)
CREDITS = problem(
    402,
    "Your enrolled account [1] does not have any credits to fulfill this request.",
    title="CreditsDepleted",
    kind="credits",
    account_id=1,
)

NAMED = {
    "unauthorized": UNAUTHORIZED,
    "forbidden": FORBIDDEN,
    "too-many-requests": TOO_MANY,
    "duplicate": DUPLICATE,
    "user-suspended": SUSPENDED,
    "credits": CREDITS,
    "spend-cap": problem(
        403,
        "Your enrolled account [1] has reached its billing cycle spend cap.",
        title="SpendCapReached",
        kind="credits",
        account_id=1,
    ),
    "client-forbidden": problem(
        403,
        "When authenticating requests to the X API v2 endpoints, you must use keys and tokens "
        "from a developer App that is attached to a Project.",
        title="Client Forbidden",
        kind="client-forbidden",
        reason="client-not-enrolled",
        client_id="1",
        required_enrollment="Appropriate Level of API Access",
    ),
    "oauth1-permissions": problem(
        403,
        "Your client app is not configured with the appropriate oauth1 app permissions "
        "for this endpoint.",
        kind="oauth1-permissions",
        status=403,
    ),
    "usage-capped": problem(
        429,
        "Usage cap exceeded: Monthly product cap",
        title="UsageCapExceeded",
        kind="usage-capped",
        period="Monthly",
        scope="Product",
    ),
    "invalid-request": invalid("Your Post text is invalid."),
    "internal-error": plain(500),
    "service-unavailable": plain(503),
}
