"""People, the organisations they speak for, and what each may do where."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.se import orgnr

if TYPE_CHECKING:
    from places.models.place import Place

SWEDISH = "sv-x-icu"


def validate_organisation_number(value: str) -> None:
    """Raise ValidationError unless `value` is a Swedish organisation number with a right check digit."""
    try:
        orgnr.validate(value)
    except NumberError as error:
        raise ValidationError(
            _("%(value)s is not a Swedish organisation number: ten digits, the last a check digit."),
            code="organisation_number",
            params={"value": value},
        ) from error


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401
        """Make a person who signs in with `email`; without a password they sign in by e-mailed code only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, known by an e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, db_collation=SWEDISH)
    is_staff = models.BooleanField(_("may open the database administration"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of_place(self, place: "Place") -> "OrganisationQuerySet":
        """The one that runs the place, and all that are or were parties to its contracts."""
        return self.filter(models.Q(operated_places=place) | models.Q(parties__contract__place=place)).distinct()

    def paying_for(self, place: "Place") -> "OrganisationQuerySet":
        return self.filter(parties__contract__place=place).distinct()


class Organisation(models.Model):
    """A legal body: an operator of squares, a municipality, a property owner, a retailer."""

    class Sector(models.TextChoices):
        MUNICIPAL = "municipal", _("municipality")
        BUSINESS = "business", _("business")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=160, db_collation=SWEDISH)
    number = models.CharField(
        _("organisation number"),
        max_length=11,
        unique=True,
        validators=[validate_organisation_number],
        help_text=_("Ten digits, such as 212000-3005."),
    )
    sector = models.CharField(_("sector"), max_length=10, choices=Sector)
    contact = models.CharField(
        _("contact"), max_length=160, blank=True, help_text=_("Whom to write to about money: a role and an address.")
    )

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def is_relied_on_elsewhere(self, place: "Place") -> bool:
        """Whether it runs or pays for another place than this one. Costs at most two queries."""
        return (
            self.operated_places.exclude(pk=place.pk).exists() or self.parties.exclude(contract__place=place).exists()
        )

    def clean(self) -> None:
        # One way of writing the number, so that the database can hold it unique.
        if self.number and orgnr.is_valid(self.number):
            self.number = orgnr.format(self.number)


class Membership(models.Model):
    """What one person does at one place."""

    class Role(models.TextChoices):
        HOST = "host", _("hub host")
        MANAGER = "manager", _("operations manager")
        ANALYST = "analyst", _("analyst")
        ADMIN = "admin", _("administrator")

    user = models.ForeignKey("places.User", on_delete=models.CASCADE, related_name="memberships")
    place = models.ForeignKey("places.Place", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "place"], name="one_role_per_person_and_place"),
            models.CheckConstraint(
                condition=models.Q(role__in=["host", "manager", "analyst", "admin"]), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Representative(models.Model):
    """A person who reads reports on behalf of an organisation that pays."""

    user = models.ForeignKey("places.User", on_delete=models.CASCADE, related_name="representing")
    organisation = models.ForeignKey("places.Organisation", on_delete=models.CASCADE, related_name="representatives")

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="represents_an_organisation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"
