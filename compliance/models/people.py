"""Who works here: users and their roles, practices, pharmacies, prescribers, certificates, delegations."""

from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.ledger import LedgerFact
from compliance.models.record import MUTABLE, Record, editable, stamped

ZONE_HELP = _("IANA time zone name, such as America/New_York.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, *, name: str, email: str, password: str | None = None) -> "User":
        """A user who can sign in with `password`; none means that nobody can sign in as them yet."""
        user = self.model(username=username, name=name, email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from memberships, never from a flag here."""

    record: ClassVar[Record] = editable("password", "last_login", "is_active", "name", "email")
    personal = ("name", "email", "username")
    not_personal = ("id", "password", "last_login", "is_active")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("As printed under a signature."))
    email = models.EmailField(_("email"))
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    def __str__(self) -> str:
        return f"user {self.id}"

    def get_full_name(self) -> str:
        return self.name


class Practice(models.Model):
    """A clinic or office whose prescribers share their patients."""

    record: ClassVar[Record] = editable("name", "phone", "zone")
    not_personal = ("id", "name", "phone", "zone")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone"), max_length=40)
    zone = models.CharField(_("time zone"), max_length=60, help_text=ZONE_HELP)

    def __str__(self) -> str:
        return self.name


class Pharmacy(models.Model):
    """One dispensing site."""

    record: ClassVar[Record] = editable("name", "phone", "email", "zone")
    not_personal = ("id", "name", "phone", "email", "zone")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone"), max_length=40)
    email = models.EmailField(
        _("email"), help_text=_("Where the site is told that a number is void; no patient data goes there.")
    )
    zone = models.CharField(_("time zone"), max_length=60, help_text=ZONE_HELP)

    class Meta:
        verbose_name_plural = "pharmacies"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role, at a practice, at a pharmacy, or in the program office. Ending it is a stamp."""

    record: ClassVar[Record] = stamped("ended_at")
    not_personal = ("id", "user", "role", "practice", "pharmacy", "began_at", "ended_at")

    class Role(models.TextChoices):
        PRESCRIBER = "prescriber", _("prescriber")
        DELEGATE = "delegate", _("delegate")
        PHARMACIST = "pharmacist", _("pharmacist")
        ADMINISTRATOR = "administrator", _("administrator")
        AUDITOR = "auditor", _("auditor")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    practice = models.ForeignKey(Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    pharmacy = models.ForeignKey(Pharmacy, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_role_at_its_place",
                condition=Q(role__in=["prescriber", "delegate"], practice__isnull=False, pharmacy__isnull=True)
                | Q(role="pharmacist", practice__isnull=True, pharmacy__isnull=False)
                | Q(role__in=["administrator", "auditor"], practice__isnull=True, pharmacy__isnull=True),
            ),
            models.CheckConstraint(
                name="membership_ended_at_after_began_at",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
            ),
            models.UniqueConstraint(
                name="membership_one_live_a_user", fields=["user"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"


class Prescriber(models.Model):
    """A user who may sign, once certified by a program. Its key is also its chain's."""

    record: ClassVar[Record] = editable("practice_id")
    personal = ("identifier",)
    not_personal = ("id", "user", "practice")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prescriber")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="prescribers")
    identifier = models.CharField(
        _("identifier"), max_length=40, unique=True, help_text=_("National prescriber number.")
    )

    def __str__(self) -> str:
        return f"prescriber {self.id}"


class Delegation(models.Model):
    """A prescriber lets somebody of the practice prepare forms, up to and including a date. Never to sign."""

    record: ClassVar[Record] = stamped("ended_at")
    not_personal = ("id", "prescriber", "delegate", "began_at", "last_on", "ended_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations")
    began_at = models.DateTimeField(_("began"))
    last_on = models.DateField(_("last day"), help_text=_("The last day on which the delegate may prepare forms."))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_ended_at_after_began_at",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
            ),
            models.UniqueConstraint(
                name="delegation_one_live_a_pair", fields=["prescriber", "delegate"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"delegation {self.id}"


class Certificate(LedgerFact):
    """A program certifies somebody, or takes that back. Both are facts; the later one counts."""

    not_personal: ClassVar[tuple[str, ...]] = ("program", "certified")
    owner: str

    program = models.CharField(_("program"), max_length=40)
    certified = models.BooleanField(_("certified"), help_text=_("False where the certificate was taken back."))

    class Meta(LedgerFact.Meta):
        abstract = True

    @property
    def kind(self) -> str:
        return f"{self.owner}.certified" if self.certified else f"{self.owner}.decertified"

    @property
    def chain_id(self) -> UUID:
        return UUID(str(getattr(self, f"{self.owner}_id")))

    def step(self) -> dict[str, object]:
        return {self.owner: str(self.chain_id)}


class PrescriberCertificate(Certificate):
    not_personal = ("prescriber",)
    owner = "prescriber"

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="certificates")

    class Meta(Certificate.Meta):
        abstract = False


class PharmacyCertificate(Certificate):
    not_personal = ("pharmacy", "zone")
    owner = "pharmacy"

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="certificates")
    zone = models.CharField(_("time zone"), max_length=60, help_text=ZONE_HELP)

    class Meta(Certificate.Meta):
        abstract = False

    def step(self) -> dict[str, object]:
        return super().step() | ({"zone": self.zone} if self.certified else {})


class Outbox(models.Model):
    """A message that left, kept where the demonstration can show it."""

    record: ClassVar[Record] = MUTABLE
    personal = ("to", "subject", "body")
    not_personal = ("id", "sent_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "outbox"
        constraints = [whole_second("sent_at")]

    def __str__(self) -> str:
        return f"message {self.id}"
