"""Who: people, organisations, accounts, sealed credentials."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from coalition.members.states import (
    Kind,
    Language,
    Membership,
    NetworkChoices,
    Proof,
    Role,
    Route,
    SignIn,
    Trouble,
)


class UserManager(BaseUserManager["User"]):
    """People are known by their e-mail address; nobody has a password unless they choose one."""

    def create_user(self, email: str, **fields: Any) -> "User":
        """A person who signs in by a code or a link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def number(self) -> str:
        """As the journal knows them: a name can be forgotten, what was done can't."""
        return f"person {self.pk}"


class Coordinator(models.Model):
    """A person of the coalition's staff who runs the exit."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="coordinator")
    phone = models.CharField(max_length=40, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.user)


class Organisation(models.Model):
    """A member of the coalition, or an independent one that follows."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.NGO)
    membership = models.CharField(max_length=12, choices=Membership, default=Membership.MEMBER)
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    domain = models.CharField(
        max_length=253, blank=True, help_text="the domain that the coalition has on file"
    )
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    opted_in_at = models.DateTimeField(null=True, blank=True)
    vouched_at = models.DateTimeField(null=True, blank=True)
    left_coalition_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("name"), Lower("domain"), name="one_organisation_per_name_and_domain"
            ),
            models.CheckConstraint(
                condition=Q(domain=Lower(F("domain"))), name="domains_are_written_in_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Representative(models.Model):
    """A signed-in person who may act for an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="representations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="representatives"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.OWNER)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"),
                condition=Q(removed_at__isnull=True),
                name="a_person_represents_an_organisation_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} for {self.organisation}"


class Account(models.Model):
    """An organisation's presence on a network. On Bluesky it is its DID, on X its id."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="accounts"
    )
    network = models.CharField(max_length=10, choices=NetworkChoices)
    handle = models.CharField(max_length=253)
    network_id = models.CharField(
        max_length=100, blank=True, help_text="DID, or X user id: pinned when connected"
    )
    host = models.CharField(max_length=300, blank=True, help_text="where its PDS answers")
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    leaves = models.BooleanField(default=True, help_text="an X account that stays has no farewell")
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="when it left by itself: it has no farewell either"
    )
    route = models.CharField(max_length=8, choices=Route, default=Route.BY_HAND)
    proof = models.CharField(max_length=12, choices=Proof, default=Proof.CLAIMED)
    proof_checked_at = models.DateTimeField(null=True, blank=True)
    proof_page = models.URLField(
        max_length=300, blank=True, help_text="the page that proved it; DNS where empty"
    )
    recheck_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=12, choices=Trouble, default=Trouble.NONE, blank=True)
    trouble_public = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    connected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("network", "handle", "pk")
        constraints = (
            models.UniqueConstraint(
                "network", Lower("handle"), name="one_account_row_per_handle_and_network"
            ),
            models.UniqueConstraint(
                fields=("network", "network_id"),
                condition=~Q(network_id=""),
                name="one_account_row_per_network_id",
            ),
            models.CheckConstraint(
                condition=Q(connected_at__isnull=True) | ~Q(network_id=""),
                name="connected_accounts_have_a_network_id",
            ),
        )

    def __str__(self) -> str:
        return f"@{self.handle}"


class Credential(models.Model):
    """The sealed secret of an account. Only a worker holds the key that opens it."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="credential")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=40)
    generation = models.PositiveIntegerField(default=1)
    sealed_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=SignIn, blank=True)
    renewing_until = models.DateTimeField(
        null=True, blank=True, help_text="one process uses its single-use token up, until then"
    )
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was last seen to open, or not to"
    )
    check_after = models.DateTimeField(
        null=True, blank=True, help_text="not before this is it looked at again"
    )

    def __str__(self) -> str:
        return f"sealed credential of account {self.account_id}"


class Consent(models.Model):
    """Somebody is on the way to a network to say yes: one person, one session, once, soon.

    Nothing secret stands here: of `state` only the hash, and the keys follow from it.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="consents")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state_sha256 = models.CharField(max_length=64, unique=True)
    session_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=Language)
    details = models.JSONField(help_text="what the answer is compared with")
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"consent for {self.account}"


class GivenBack(models.Model):
    """A sealed secret that we use no more, until a worker has told the network so."""

    network = models.CharField(max_length=10, choices=NetworkChoices)
    address = models.BinaryField(help_text="where it was sealed for")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=40)
    erased_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"a {self.network} secret to give back"


class Vouching(models.Model):
    """A coordinator says that it really is this person, who lost their second step."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="vouchings")
    vouched_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="done, or taken back")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(ended_at__isnull=True),
                name="one_vouching_waits_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vouched_by} vouches for {self.person}"


class SignInLink(models.Model):
    """A link that signs one person in, once: the first coordinator, and the demo's guests."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    next_path = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"


class Heading(models.Model):
    """What a column of the coalition's own lists means, as somebody said once; empty: left out."""

    heading = models.CharField(max_length=200, unique=True, help_text="in plain small letters")
    column = models.CharField(max_length=20, blank=True)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.heading}: {self.column}"
