"""What is kept: every column of every table, whose it is, why, how long, and how it is forgotten.

A column without a line here fails a test. Exports are made from this list, so that what is kept
and what is handed over can't drift apart.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Held:
    """One table. Each column stands in exactly one of the four lists.

    `organisation` and `person` are lookups that lead from a row to whose it is; a person's may
    lead to an address of mail (`to`, `email` …) as well. `withheld` is never handed over: it opens
    something. `stays` survives erasing; `erased` says why.
    """

    table: str
    purpose: str
    kept: str
    erased: str
    personal: str = ""
    organisational: str = ""
    technical: str = ""
    withheld: str = ""
    organisation: str = ""
    person: tuple[str, ...] = ()
    mailbox: tuple[str, ...] = ()
    stays: str = ""

    @property
    def columns(self) -> list[str]:
        """All that is declared, in order."""
        return f"{self.personal} {self.organisational} {self.technical} {self.withheld}".split()

    @property
    def of_organisation(self) -> list[str]:
        """What its own export holds: everything but secrets."""
        return f"{self.technical} {self.organisational} {self.personal}".split()

    @property
    def of_person(self) -> list[str]:
        """What a person's export holds: what is theirs in the row, and when it was."""
        return f"{self.technical} {self.personal}".split()


EXIT = "as long as the campaign is on this server"
GONE = "deleted"
EMPTIED = "emptied; the row stays, without a word"
NOBODY = "nothing of anybody is in it"

OURS: Final = (
    Held(
        "coalition.User",
        "so that people can sign in, and get letters in their language",
        "until the person erases it",
        "emptied and shut; the row stays as “person 12”, so that two people still signed a text",
        personal="email name language",
        technical="id last_login is_active created_at",
        withheld="password",
        person=("pk",),
        stays="language",
    ),
    Held(
        "coalition.Coordinator",
        "who runs the exit, and whom to ring on the day",
        "until the person erases it",
        GONE,
        personal="user phone",
        technical="id added_at removed_at",
        person=("user",),
    ),
    Held(
        "coalition.Representative",
        "who may act for an organisation",
        "until the organisation or the person erases it",
        GONE,
        personal="user role",
        organisational="organisation",
        technical="id added_at removed_at",
        organisation="organisation",
        person=("user",),
    ),
    Held(
        "coalition.SignInLink",
        "links that sign one person in, once",
        "30 days after they ran out",
        GONE,
        personal="user",
        technical="id next_path expires_at used_at",
        withheld="token_sha256",
        person=("user",),
    ),
    Held(
        "coalition.Organisation",
        "who belongs to the coalition, and whom coordinators ring",
        EXIT,
        "contacts and notes are emptied; name, kind and domain go too when it asks for that",
        personal="contact_name contact_email contact_phone",
        organisational="slug name legal_name kind membership language domain notes last_contact_on",
        technical="id opted_in_at vouched_at left_coalition_at created_at",
        organisation="pk",
        mailbox=("contact_email",),
        stays="slug name legal_name kind membership language domain",
    ),
    Held(
        "coalition.Account",
        "where an organisation is, and how that was proved",
        EXIT,
        "deleted, unless something went out from it and the name stays on the page",
        organisational="organisation network handle network_id host language leaves route proof"
        " proof_page trouble trouble_public",
        technical="id left_at proof_checked_at recheck_at added_at connected_at",
        organisation="organisation",
        stays="organisation network handle network_id language leaves route proof proof_page"
        " trouble",
    ),
    Held(
        "coalition.Credential",
        "what lets us post for an account, sealed",
        "until the promised date, or until somebody asks; on X until the farewell is out",
        GONE,
        organisational="account",
        technical="id kind key_id generation sealed_at renewing_until check_after checked_at",
        withheld="sealed",
        organisation="account__organisation",
    ),
    Held(
        "coalition.Consent",
        "somebody is on the way to a network to say yes",
        "10 minutes, and then until the next one sets out",
        GONE,
        personal="person",
        organisational="account details language",
        technical="id expires_at",
        withheld="state_sha256 session_sha256",
        organisation="account__organisation",
        person=("person",),
    ),
    Held(
        "coalition.Pledge",
        "an organisation's word",
        EXIT,
        "withdrawn if it still stood; who signed is emptied",
        personal="signatory_name signatory_mandate answered_by",
        organisational="campaign organisation answer visibility condition_public exit_kind"
        " paused_until left_on decides_on by_phone date_confirmed_for date_confirmed_sequence"
        " goes_first withdrawn_at",
        technical="id answered_at confirmed_at holds_since",
        organisation="organisation",
        person=("answered_by",),
        stays="campaign organisation answer visibility exit_kind paused_until left_on"
        " withdrawn_at date_confirmed_for date_confirmed_sequence",
    ),
    Held(
        "coalition.Condition",
        "what a pledge waits for",
        EXIT,
        GONE,
        organisational="pledge kind number organisations",
        technical="id",
        organisation="pledge__organisation",
    ),
    Held(
        "coalition.Condition_organisations",
        "whom a pledge waits for",
        EXIT,
        "its own are deleted; others that name it go on naming an empty row",
        organisational="condition organisation",
        technical="id",
        organisation="condition__pledge__organisation",
    ),
    Held(
        "coalition.Invitation",
        "who was asked, and whether it arrived",
        "90 days after it ran out",
        GONE,
        personal="email claimed_by",
        organisational="campaign organisation language",
        technical="id invited_at expires_at superseded_at opened_at reminded_at claimed_at",
        organisation="organisation",
        person=("claimed_by",),
        mailbox=("email",),
    ),
    Held(
        "coalition.Candidate",
        "who asks to leave too",
        "unconfirmed: until its link runs out, 7 days; decided: 180 days",
        GONE,
        personal="email contact_name mandate public_role proof_url message target sentence",
        organisational="campaign name kind language domain left_on organisation verdict",
        technical="id asked_at expires_at confirmed_at disowned_at decided_at decided_by",
        withheld="sender_sha256",
        organisation="organisation",
        mailbox=("email",),
    ),
    Held(
        "coalition.Post",
        "the words, and what became of them",
        EXIT,
        "never tried: deleted; else the words are emptied, and the link of what is out"
        " stays with the name",
        personal="written_by approved_by",
        organisational="campaign pledge account network kind language text route offset_seconds"
        " state reason detail network_post_id url record",
        technical="id created_at approved_at approval_waived approval_sha256 approved_for"
        " approved_sequence thawed_at record_key fence settled_fence lease_until armed_until"
        " not_before looks needs_person told_at published_at seen_at reminded",
        organisation="account__organisation",
        person=("written_by", "approved_by"),
        stays="campaign pledge account network kind language route offset_seconds state"
        " network_post_id url written_by approved_by",
    ),
    Held(
        "coalition.Attempt",
        "every try at sending, so that nothing goes twice",
        EXIT,
        "stays with its emptied post, for its number says how far we have sent; it holds no words",
        organisational="post outcome detail",
        technical="id fence worker began_at ended_at",
        organisation="post__account__organisation",
        stays="post outcome detail",
    ),
    Held(
        "coalition.Evidence",
        "why we say that somebody has left",
        EXIT,
        "who recorded it is emptied; deleted when the name goes",
        personal="recorded_by",
        organisational="campaign organisation account level url",
        technical="id left_at recorded_at overturned_at",
        organisation="organisation",
        stays="campaign organisation account level url",
    ),
    Held(
        "coalition.Tick",
        "what an organisation has done of the leaving list",
        EXIT,
        GONE,
        personal="ticked_by",
        organisational="campaign organisation chore",
        technical="id ticked_at",
        organisation="organisation",
        person=("ticked_by",),
    ),
    Held(
        "coalition.Finding",
        "what a check before the day found",
        EXIT,
        GONE,
        organisational="checkup organisation account what colour detail",
        technical="id",
        organisation="organisation",
    ),
    Held(
        "coalition.Letter",
        "every letter, sent once",
        "its words 90 days after it went; that it went, as long as the campaign",
        "deleted, but for the one that tells of the erasing",
        personal="to subject text html",
        organisational="kind language organisation_id campaign_id",
        technical="id written_at sending_at sent_at failed_at bounced_at",
        withheld="key link detail",  # a link's name opens nothing, and is nobody's business either
        organisation="organisation_id",
        mailbox=("to",),
    ),
    Held(
        "coalition.Decision",
        "who said go, or no-go",
        EXIT,
        "the reason is emptied; that “person 12” said it stays: a go takes two",
        personal="decided_by reason",
        technical="id campaign about_exit_at date_sequence go decided_at",
        person=("decided_by",),
        stays="decided_by",
    ),
    Held(
        "coalition.Decider",
        "who was named to say go",
        EXIT,
        GONE,
        personal="person",
        technical="id campaign named_at",
        person=("person",),
    ),
    Held(
        "coalition.Entry",
        "who did what: the journal, which the database itself refuses to change",
        EXIT,
        "stays; people stand in it by a number, and the name goes when they are erased: it is how"
        " sixty organisations can check that nobody else posted for them; no text is in it",
        personal="actor facts",
        organisational="verb campaign_id organisation_id",
        technical="id at position sha256",
        organisation="organisation_id",
        stays="actor facts verb campaign_id organisation_id",
    ),
)
