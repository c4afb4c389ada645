"""Writes of several rows, and all that a funder will see: in one transaction, by a person."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Model, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from places import financing
from places.access import RIGHTS, May
from places.models import (
    Contract,
    Instalment,
    Membership,
    OpeningException,
    OpeningHours,
    Organisation,
    Party,
    Place,
    Pledge,
    Representative,
    SchoolHoliday,
    User,
)
from places.models.place import validate_unlocked

ONE_DAY = dt.timedelta(days=1)

Week = Mapping[int, tuple[dt.time, dt.time]]


def _remember(by: User, row: Model, flag: int, *fields: str) -> None:
    """Who did it and when, in the journal of the database administration."""
    # Django's own form of a message, which it translates when the journal is read.
    change = [{"changed": {"fields": list(fields)}}] if fields else []
    LogEntry.objects.log_actions(by.pk, [row], flag, change_message=change, single_object=True)


# --- The place and its hours ------------------------------------------------------------------------------------------


@transaction.atomic
def set_normal_week(*, place: Place, first: dt.date, week: Week, by: User) -> None:
    """
    Promise these hours by weekday (Monday 0) from `first` on, until further notice; a weekday left out is closed.

    What was promised before `first` stays as it was; later promises are replaced. ValidationError when days from
    `first` on are locked.
    """
    if lock := place.locks.filter(last__gte=first).first():
        validate_unlocked(place, max(first, lock.first))
    place.opening_hours.filter(valid_from__gte=first).delete()
    still_valid = Q(valid_to__isnull=True) | Q(valid_to__gte=first)
    place.opening_hours.filter(still_valid).update(valid_to=first - ONE_DAY)
    OpeningHours.objects.bulk_create(
        OpeningHours(place=place, weekday=weekday, opens=opens, closes=closes, valid_from=first)
        for weekday, (opens, closes) in sorted(week.items())
    )
    _remember(by, place, CHANGE, "opening_hours")


@transaction.atomic
def delete_exception(*, exception: OpeningException, by: User) -> None:
    """Let the normal week hold again that day. ValidationError when the day is locked."""
    validate_unlocked(exception.place, exception.date)
    _remember(by, exception, DELETION)
    exception.delete()


@transaction.atomic
def delete_school_holiday(*, holiday: SchoolHoliday, by: User) -> None:
    _remember(by, holiday, DELETION)
    holiday.delete()


# --- Money ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_pledges(*, contract: Contract, amounts: Mapping[tuple[int, int], Decimal | None], by: User) -> None:
    """Set what each party (by id) pays each year; None takes the year's amount away."""
    for (party_id, year), amount in amounts.items():
        rows = Pledge.objects.filter(party__contract=contract, party_id=party_id, year=year)
        if amount is None:
            rows.delete()
        elif not rows.update(amount=amount):
            Pledge.objects.create(party=contract.parties.get(pk=party_id), year=year, amount=amount)
    _remember(by, contract, CHANGE, "amount")


@transaction.atomic
def make_instalments(*, contract: Contract, year: int, dates: Sequence[dt.date], by: User) -> list[Party]:
    """
    Divide each party's amount for the year into equal parts due on `dates`; say which parties got theirs.

    Instalments of the year that nobody has invoiced or paid are replaced. A party with one that is invoiced or
    paid is left as it is.
    """
    begun = Q(instalments__due__year=year) & (
        Q(instalments__paid_on__isnull=False) | Q(instalments__invoiced_on__isnull=False)
    )
    kept = set(contract.parties.filter(begun).values_list("pk", flat=True))
    pledges = Pledge.objects.filter(party__contract=contract, year=year, amount__gt=0).exclude(party__in=kept)
    divided = list(pledges.select_related("party__organisation"))
    Instalment.objects.filter(party__contract=contract, due__year=year).exclude(party__in=kept).delete()
    Instalment.objects.bulk_create(
        Instalment(party=pledge.party, due=due, amount=amount)
        for pledge in divided
        for due, amount in zip(dates, financing.instalments(pledge.amount, dates), strict=True)
    )
    _remember(by, contract, CHANGE, "instalments")
    return [pledge.party for pledge in divided]


@transaction.atomic
def register_invoice(*, instalment: Instalment, invoiced_on: dt.date, by: User) -> None:
    instalment.invoiced_on = invoiced_on
    instalment.save(update_fields=["invoiced_on"])
    _remember(by, instalment, CHANGE, "invoiced_on")


@transaction.atomic
def register_payment(*, instalment: Instalment, paid_on: dt.date, by: User) -> None:
    instalment.paid_on = paid_on
    instalment.save(update_fields=["paid_on"])
    _remember(by, instalment, CHANGE, "paid_on")


@transaction.atomic
def undo_payment(*, instalment: Instalment, by: User) -> None:
    """Take back a payment registered by mistake; the journal keeps both."""
    instalment.paid_on = None
    instalment.save(update_fields=["paid_on"])
    _remember(by, instalment, CHANGE, "paid_on")


@transaction.atomic
def remove_party(*, party: Party, by: User) -> None:
    """Take a party and its plan away. ValidationError when it has been invoiced or has paid."""
    if party.instalments.filter(Q(paid_on__isnull=False) | Q(invoiced_on__isnull=False)).exists():
        raise ValidationError(
            _("%(party)s has instalments that are invoiced or paid, so it stays in the contract."),
            code="has_paid",
            params={"party": party},
        )
    _remember(by, party, DELETION)
    party.delete()


# --- People -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Invited:
    """Whom to let in; the name is used only where the address is new."""

    email: str
    name: str


@transaction.atomic
def add_person(*, place: Place, person: Invited, role: str, by: User, address: str) -> Membership:
    """
    Give a person a role, making an account without a password for one who is new, and write to them.

    `address` is where one signs in. ValidationError when the person already works here.
    """
    _refuse_practice(place)
    user = _person(person)
    if place.memberships.filter(user=user).exists():
        raise ValidationError(
            {"email": _("%(person)s already has a role here. Change it in the list.") % {"person": user}}
        )
    membership = Membership.objects.create(user=user, place=place, role=role)
    _remember(by, membership, ADDITION)
    let_the_same_practise(place)
    _invite(user, place, by, address, what=gettext("as %(role)s") % {"role": membership.get_role_display()})
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """ValidationError when the place would be without an administrator."""
    _refuse_practice(membership.place)
    if role != Membership.Role.ADMIN:
        _refuse_last_admin(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _remember(by, membership, CHANGE, "role")
    let_the_same_practise(membership.place)


@transaction.atomic
def remove_person(*, membership: Membership, by: User) -> None:
    """The account and all that the person wrote stay. ValidationError for the last administrator."""
    _refuse_practice(membership.place)
    _refuse_last_admin(membership)
    _remember(by, membership, DELETION)
    membership.delete()
    let_the_same_practise(membership.place)


def let_the_same_practise(place: Place) -> None:
    """The place's people have the same roles where it is practised, and nobody else has any."""
    roles = dict(place.memberships.values_list("user", "role"))
    for practice in place.practices.all():
        practice.memberships.exclude(user__in=roles).delete()
        Membership.objects.bulk_create(
            [Membership(place=practice, user_id=user, role=role) for user, role in roles.items()],
            update_conflicts=True,
            unique_fields=["user", "place"],
            update_fields=["role"],
        )


def _refuse_practice(place: Place) -> None:
    if place.is_practice:
        raise ValidationError(
            _("Here the same people practise who work at %(place)s. Change them there."),
            "practice",
            {"place": place.practice_of},
        )


@transaction.atomic
def add_representative(
    *, place: Place, organisation: Organisation, person: Invited, by: User, address: str
) -> Representative:
    """
    Let a person read the published reports on behalf of an organisation that pays, and write to them.

    The organisation's people read the reports of every place it pays for. ValidationError, therefore, when one of
    those is not administered by `by`.
    """
    if foreign := places_kept_by_others(organisation, by):
        raise ValidationError(
            {
                "organisation": _(
                    "%(organisation)s also pays for %(places)s, whose reports the person would be able to read. "
                    "Ask the one who looks after amp to add them."
                )
                % {"organisation": organisation, "places": ", ".join(place.name for place in foreign)}
            }
        )
    user = _person(person)
    representative, new = Representative.objects.get_or_create(user=user, organisation=organisation)
    if not new:
        raise ValidationError(
            {"email": _("%(person)s already reads for %(where)s.") % {"person": user, "where": organisation}}
        )
    _remember(by, representative, ADDITION)
    _invite(user, place, by, address, what=gettext("for %(organisation)s") % {"organisation": organisation})
    return representative


@transaction.atomic
def remove_representative(*, representative: Representative, by: User) -> None:
    _remember(by, representative, DELETION)
    representative.delete()


def places_kept_by_others(organisation: Organisation, user: User) -> list[Place]:
    """Places the organisation pays for that the person does not administer. Costs one query."""
    roles = [role for role, steps in RIGHTS.items() if May.ADMINISTER in steps]
    own = Place.objects.filter(memberships__user=user, memberships__role__in=roles)
    return list(Place.objects.filter(contracts__parties__organisation=organisation).exclude(pk__in=own).distinct())


def _person(person: Invited) -> User:
    """The one with that address, or a new one, who signs in by e-mailed code."""
    known = User.objects.filter(email__iexact=person.email).first()
    if known and not known.is_active:
        raise ValidationError({"email": _("This person's account is switched off.")})
    return known or User.objects.create_user(person.email, name=person.name)


def _refuse_last_admin(membership: Membership) -> None:
    # The rows are held, so that two administrators cannot remove each other at the same moment.
    admins = Membership.objects.select_for_update().filter(place=membership.place, role=Membership.Role.ADMIN)
    others: Iterable[Membership] = [admin for admin in admins if admin.pk != membership.pk]
    if membership.role == Membership.Role.ADMIN and not others:
        raise ValidationError(
            _("%(person)s is the only administrator. Make someone else administrator first."),
            code="last_admin",
            params={"person": membership.user},
        )


def _invite(user: User, place: Place, by: User, address: str, *, what: str) -> None:
    words = {"user": user, "place": place, "by": by, "address": address, "what": what}
    subject = gettext("You can now sign in to %(place)s") % {"place": place}
    body = render_to_string("places/mail/invitation.txt", words)
    transaction.on_commit(lambda: send_mail(subject, body, None, [user.email]) and None)
