"""What a browser is allowed on a page of ours, and on what others may show in a frame."""

from typing import Final

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FRAMES_ITS_OWN: Final = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
FRAMED: Final = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Frame-Options": None,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors *"
    ),
}
SECRET: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
