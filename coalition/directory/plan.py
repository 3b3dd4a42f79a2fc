"""From who should be on the list and what stands there, to the few writes in between. Pure.

Ours is what stands under a key of ours. What a person put there is theirs: it is left alone and
told, and whoever they put there is not put there again. What they took away of ours comes back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coalition.networks.bluesky.lists import (
    FOLLOWING,
    ITEM,
    LIST,
    MOST_IN_A_PACK,
    OF_A_PACK,
    PACK,
    Value,
    Write,
    list_words,
    pack_words,
    record_key,
    uri,
)

_MOST_PACKS: Final = 50
"""Further than this nobody looks for packs of ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be there: `members` are DIDs, those who came first before."""

    did: str
    seed: str
    name: str
    description: str
    members: Sequence[str]

    @property
    def list_key(self) -> str:
        """Of the list that has all."""
        return record_key("list", self.seed)

    def pack_keys(self, number: int) -> tuple[str, str]:
        """Of one pack, and of the list behind it."""
        return record_key("pack", self.seed, str(number)), record_key(
            "list of pack", self.seed, str(number)
        )


@dataclass(frozen=True, slots=True)
class There:
    """What stands at the host, by record key."""

    lists: Mapping[str, Value] = field(default_factory=dict)
    items: Mapping[str, Value] = field(default_factory=dict)
    packs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """The writes, in an order that may break off anywhere, and what a person changed."""

    writes: list[Write] = field(default_factory=list)
    packs: list[int] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    """DIDs that a person put there, and that we would not have."""
    put_back: list[str] = field(default_factory=list)
    """DIDs that a person took away, and that are put there again."""
    reworded: list[str] = field(default_factory=list)
    """Names that a person gave; ours are written over them."""


def plan(wanted: Wanted, there: There, *, placed: Sequence[str], worded: str, stamp: str) -> Plan:
    """`placed` and `worded`: whom and which name a whole turn before this one left there."""
    found = Plan()
    key, wants = wanted.list_key, set(wanted.members)
    have = _subjects(wanted, there, key)
    words = {"purpose": FOLLOWING, **list_words(wanted.name, wanted.description)}
    before = there.lists.get(key)
    if before and worded == wanted.name and before.get("name") != words["name"]:
        found.reworded.append(str(before.get("name", "")))
    people = list(_members(have, key, uri(wanted.did, LIST, key), wanted.members, stamp))
    found.writes = [*_record(LIST, key, words, there.lists, stamp), *people]
    found.put_back = [did for did in placed if did in wants and did not in have]
    found.by_hand = sorted(set(have) - wants - _ours(key, have))
    shares = _shares(wanted, there)
    for number in range(1, _MOST_PACKS + 1):
        share = shares.get(number, ())
        if share:
            found.packs.append(number)
            found.writes += _pack(wanted, there, number, share, stamp)
        else:
            found.writes += _no_pack(wanted, there, number)
    return found


def _shares(wanted: Wanted, there: There) -> dict[int, list[str]]:
    """Who is in a pack stays in it; who comes takes the first free place."""
    shares: dict[int, list[str]] = {}
    full: Counter[int] = Counter()
    waiting = dict.fromkeys(wanted.members)
    for number in range(1, _MOST_PACKS + 1):
        _, behind = wanted.pack_keys(number)
        have = _subjects(wanted, there, behind)
        stay = [did for did in have if did in waiting][:MOST_IN_A_PACK]
        theirs = set(have) - set(wanted.members) - _ours(behind, have)
        full[number] = len(theirs)
        shares[number] = stay
        for did in stay:
            del waiting[did]
    for number, share in shares.items():
        come = list(waiting)[: max(0, MOST_IN_A_PACK - full[number] - len(share))]
        share.extend(come)
        for did in come:
            del waiting[did]
    return shares


def _pack(
    wanted: Wanted, there: There, number: int, share: Sequence[str], stamp: str
) -> Iterator[Write]:
    """The list behind it first, then its people, then the pack."""
    key, behind = wanted.pack_keys(number)
    words = pack_words(wanted.name, wanted.description, number)
    of_list = {"purpose": OF_A_PACK, **list_words(words["name"], wanted.description)}
    yield from _record(LIST, behind, of_list, there.lists, stamp)
    at = uri(wanted.did, LIST, behind)
    yield from _members(_subjects(wanted, there, behind), behind, at, share, stamp)
    whole = {**words, "list": at}
    yield from _record(PACK, key, whole, there.packs, stamp)


def _no_pack(wanted: Wanted, there: There, number: int) -> Iterator[Write]:
    """Nobody is left in it: the pack goes before what it stands on."""
    key, behind = wanted.pack_keys(number)
    if key in there.packs:
        yield Write(PACK, key)
    at = uri(wanted.did, LIST, behind)
    yield from (Write(ITEM, one) for one, value in there.items.items() if value.get("list") == at)
    if behind in there.lists:
        yield Write(LIST, behind)


def _record(
    collection: str, key: str, ours: Mapping[str, Any], there: Mapping[str, Value], stamp: str
) -> list[Write]:
    """Made, or changed where it says something else; what a person added (a picture) stays."""
    stands = there.get(key)
    if stands is None:
        return [Write(collection, key, {"$type": collection, **ours, "createdAt": stamp})]
    if all(stands.get(name) == value for name, value in ours.items()):
        return []
    changed = {name: value for name, value in stands.items() if name != "descriptionFacets"}
    return [Write(collection, key, {**changed, **ours}, stands=True)]


def _members(
    have: Mapping[str, Sequence[str]], key: str, at: str, members: Sequence[str], stamp: str
) -> Iterator[Write]:
    """Who lacks gets an item; an item of ours goes when nobody wants it or a person's says so."""
    for did in members:
        if did not in have:
            value = {"$type": ITEM, "subject": did, "list": at, "createdAt": stamp}
            yield Write(ITEM, record_key("item", key, did), value)
    wants = set(members)
    for did, keys in have.items():
        ours = record_key("item", key, did)
        if ours in keys and (did not in wants or len(keys) > 1):
            yield Write(ITEM, ours)


def _subjects(wanted: Wanted, there: There, key: str) -> dict[str, list[str]]:
    """Who stands on a list, under which keys; in the order of our keys, so that it is stable."""
    at = uri(wanted.did, LIST, key)
    found: dict[str, list[str]] = {}
    for one in sorted(there.items):
        if there.items[one].get("list") == at:
            found.setdefault(str(there.items[one].get("subject", "")), []).append(one)
    return found


def _ours(key: str, have: Mapping[str, Sequence[str]]) -> set[str]:
    """Those whose item is ours alone."""
    return {did for did, keys in have.items() if list(keys) == [record_key("item", key, did)]}
