"""What is kept around the exit: tables of nobody in particular, and those of parts we use."""

from typing import Final

from coalition.privacy.columns import EXIT, GONE, NOBODY, OURS, Held

AROUND: Final = (
    Held(
        "coalition.Checkup",
        "checks before the day",
        EXIT,
        "who asked stays as “person 12”",
        personal="asked_by",
        technical="id campaign date_sequence occasion asked_at handed_until lease_until ended_at"
        " accounts",
        person=("asked_by",),
        stays="asked_by",
    ),
    Held(
        "coalition.Rehearsal",
        "what rehearsals found; ids, hours and hashes, no words",
        "the last ten of a campaign",
        "who asked stays as “person 12”",
        personal="asked_by",
        technical="id campaign about_exit_at asked_at handed_until started_at ended_at posts done"
        " ending detail report",
        person=("asked_by",),
        stays="asked_by",
    ),
    Held(
        "coalition.Campaign",
        "the exit itself",
        EXIT,
        "is nobody's in particular: coordinators change it",
        organisational="slug coalition_name platform_name time_zone contact_email follow_list_url"
        " follow_pack_url",
        technical="id threshold created_at exit_at date_sequence opened_at threshold_met_at go_at"
        " no_go_at stopped_at called_off_at window_seconds freeze_hours quorum"
        " decide_before_minutes closed_sequence already_left_counts similarity_limit"
        " farewell_after_announcement members_after_minutes spread_minutes"
        " erase_credentials_after_days",
    ),
    Held(
        "coalition.FollowList",
        "the list to follow all that is kept on Bluesky: who stood there last, by their DIDs",
        EXIT,
        "deleted with its account; who chose it stays as “person 12”",
        personal="chosen_by",
        organisational="account list_url pack_urls placed worded by_hand put_back",
        technical="id campaign chosen_at fingerprint synced_at again_at lease_until trouble"
        " needs_person changed_by_hand_at",
        person=("chosen_by",),
        stays="chosen_by",
    ),
    Held(
        "coalition.CampaignWords",
        "what a campaign says",
        EXIT,
        "is nobody's in particular: coordinators change it",
        organisational="campaign language name call why prompt",
        technical="id",
    ),
    Held(
        "coalition.Breaker",
        "that a network refused our app",
        EXIT,
        NOBODY,
        technical="id network detail opened_at closed_at",
    ),
    Held(
        "coalition.Hold",
        "that a machine has sent more than the database knows",
        EXIT,
        NOBODY,
        technical="id sent known opened_at ended_at",
    ),
    Held(
        "coalition.GivenBack",
        "a sealed secret that we use no more, until its network was told so",
        "until the network was told",
        "goes by itself, as soon as the network was told",
        technical="id network erased_at not_before",
        withheld="address sealed key_id",
    ),
    Held(
        "coalition.Pulse",
        "when each kind of work was last done",
        "until it is done again",
        NOBODY,
        technical="name at",
    ),
    Held(
        "sessions.Session",
        "who is signed in, in which browser",
        "14 days",
        GONE,
        withheld="session_key session_data expire_date",
    ),
    Held(
        "account.EmailAddress",
        "addresses that somebody signs in with",
        "until the person erases it",
        GONE,
        personal="user email",
        technical="id verified primary",
        person=("user",),
    ),
    Held(
        "account.EmailConfirmation",
        "unused: the code in a letter proves the address",
        "never written",
        GONE,
        technical="id email_address created sent",
        withheld="key",
    ),
    Held(
        "mfa.Authenticator",
        "passkeys, for those who want one",
        "until the person erases it",
        GONE,
        personal="user type",
        technical="id created_at last_used_at",
        withheld="data",
        person=("user",),
    ),
    Held(
        "socialaccount.SocialApp",
        "unused: keys of X are settings",
        "never written",
        NOBODY,
        technical="id provider provider_id name client_id settings",
        withheld="secret key",
    ),
    Held(
        "socialaccount.SocialAccount",
        "unused: nobody signs in through a network",
        "never written",
        GONE,
        personal="user provider uid extra_data",
        technical="id last_login date_joined",
        person=("user",),
    ),
    Held(
        "socialaccount.SocialToken",
        "unused: tokens are sealed, elsewhere",
        "never written",
        GONE,
        technical="id app account expires_at",
        withheld="token token_secret",
    ),
    Held("auth.Permission", "unused", EXIT, NOBODY, technical="id name content_type codename"),
    Held("auth.Group", "unused", EXIT, NOBODY, technical="id name permissions"),
    Held("auth.Group_permissions", "unused", EXIT, NOBODY, technical="id group permission"),
    Held("contenttypes.ContentType", "Django's own", EXIT, NOBODY, technical="id app_label model"),
)

HELD: Final = (*OURS, *AROUND)
