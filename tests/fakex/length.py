"""How long a text is on X: an own, simple reading of the rules, so that ours is not its own judge.

Partial on purpose: the generic top-level domains are a few dozen, and internationalised domains
without a scheme are not seen.
"""

import re
import unicodedata

import regex

LIMIT = 280
URL_LENGTH = 23

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs "
    "bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec "
    "ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy "
    "hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz "
    "la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx "
    "my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
    "ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th "
    "tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERIC = (
    "com org net edu gov int mil info biz name app dev social online site website blog news media "
    "ngo ong brussels vlaanderen gent amsterdam berlin paris frl swiss bzh green earth eco care "
    "health foundation charity community coop museum tech digital cloud live world today events"
)
_DOMAIN = (
    rf"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{'|'.join(f'{_COUNTRIES} {_GENERIC}'.split())})"
)
_URL = re.compile(
    rf"(?<![\w@#$./-])(?:https?://[^\s/?#]+\.[^\s/?#]{{2,}}[^\s]*|{_DOMAIN}(?![\w@-])(?:[/?#][^\s]*)?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'\")]}»”’…"
_HEAVY = re.compile("[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3"
)
_GRAPHEME = regex.compile(r"\X")


def urls(text: str) -> list[tuple[int, int]]:
    """Find where links stand in a text, also bare domains."""
    if "." not in text:
        return []
    found = []
    for match in _URL.finditer(text):
        shown = match.group().rstrip(_TRAILING)
        found.append((match.start(), match.start() + len(shown)))
    return found


def weighted_length(text: str) -> int:
    """Count as X counts: a link 23, an emoji 2, Latin and its neighbours 1, the rest 2."""
    text = unicodedata.normalize("NFC", text)
    total, last = 0, 0
    for start, end in urls(text):
        total += _weight(text[last:start]) + URL_LENGTH
        last = end
    return total + _weight(text[last:])


def _weight(text: str) -> int:
    if not _HEAVY.search(text):
        return len(text)
    return sum(
        2 if _EMOJI.search(grapheme) else len(grapheme) + len(_HEAVY.findall(grapheme))
        for grapheme in _GRAPHEME.findall(text)
    )
