"""From the count to what the API answers with."""

from coalition.directory.queries import Home, old_names
from coalition.evidence.states import GONE, Label
from coalition.progress.events import Event
from coalition.progress.queries import Progress, Row
from coalition.web.progress.api import schemas
from coalition.web.progress.downloads import not_named
from coalition.web.progress.happenings import told
from coalition.web.progress.lines import evidence
from coalition.web.progress.places import address
from coalition.web.progress.sentence import definition, number, sentence
from coalition.web.progress.sharing import as_of

OUT = GONE | {Label.PARTLY}


def campaign(state: Progress) -> schemas.Campaign:
    """One campaign, with its number."""
    found = state.campaign
    assert found.opened_at  # noqa: S101 — a campaign without it has no public state
    return schemas.Campaign(
        id=found.slug,
        coalition=found.coalition_name,
        name=state.words.name if state.words else None,
        platform=found.platform_name,
        phase=state.phase,
        opened_at=found.opened_at,
        exit_at=found.exit_at.astimezone(state.zone) if found.exit_at else None,
        time_zone=found.time_zone,
        number=the_number(state),
        links=schemas.Links(
            page=address("progress", found.slug),
            csv=address("progress_csv", found.slug),
            xlsx=address("progress_xlsx", found.slug),
            feed=address("progress_feed", found.slug),
            calendar=address("progress_calendar", found.slug) if found.exit_at else None,
            picture=address("progress_picture", found.slug),
        ),
    )


def the_number(state: Progress) -> schemas.Number:
    """The number, its meaning, its moment."""
    counts, value = number(state)
    return schemas.Number(
        value=value,
        of=state.total,
        counts=counts,
        sentence=sentence(state).plain,
        definition=definition(state),
        as_of=as_of(state),
        parts=schemas.Counts(
            members=state.total,
            left=state.left,
            left_before=state.before,
            left_on_the_day=state.on_the_day,
            left_since=state.since,
            coming=state.coming,
            partly=state.partly,
            already_left=state.already_left,
            followers=state.followers,
            not_named=not_named(state),
        ),
    )


def organisation(state: Progress, row: Row) -> schemas.Organisation:
    """One row of the list; the hour at which it is still to leave is the campaign's."""
    at = row.standing.at if row.label in OUT else None
    return schemas.Organisation(
        id=row.slug,
        name=row.name,
        kind=row.kind,
        language=row.language,
        member=row.member,
        label=row.label,
        label_text=str(row.label.label),
        joined_at=row.joined_at,
        left_at=at,
        left_on=row.standing.on or (at.astimezone(state.zone).date() if at else None),
        evidence=evidence(row) or None,
        home=_home(row.home) if row.home else None,
        website=_website(row),
        page=f"{address('progress', state.campaign.slug)}#o-{row.slug}",
    )


def correction(state: Progress, event: Event) -> schemas.Correction:
    """One correction, as a sentence too."""
    return schemas.Correction(
        id=event.key,
        what=event.what,
        at=event.at,
        organisation=event.slug,
        name=event.name,
        text=told(event, state.campaign.platform_name),
    )


def handles(state: Progress) -> schemas.Handles:
    """Old names beside proved new ones; who has no proved new one is left out. One more query."""
    rows = {row.slug: row for row in state.rows if row.home}
    names = old_names(rows)
    return schemas.Handles(
        handles=[
            schemas.Handle(
                x=name.handle,
                x_proof=name.proof,
                bluesky=row.home.handle,
                did=row.home.did or None,
                proof=row.home.proof,
                website=_website(row),
                organisation=row.slug,
                name=row.name,
                label=row.label,
            )
            for slug, row in rows.items()
            for name in names.get(slug, [])
            if row.home
        ],
        as_of=as_of(state),
    )


def _home(home: Home) -> schemas.Home:
    return schemas.Home(handle=home.handle, did=home.did or None, url=home.url, proof=home.proof)


def _website(row: Row) -> str | None:
    return f"https://{row.domain}" if row.domain else None
