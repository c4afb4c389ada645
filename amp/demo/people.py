"""Who signs in to the demo, and what each may do there."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from places.models import Membership, Organisation, Place, Representative, User

PASSWORD = "lilltorget-demo"  # noqa: S105  printed for everyone who runs the demo
Role = Membership.Role


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    # The places where they have a role, or the organisation they represent.
    role: str
    places: tuple[str, ...] = ()
    represents: str = ""


PEOPLE = (
    Person("host@lilltorget.example", "Sara Lindkvist", Role.HOST, ("lilltorget",)),
    Person("manager@lilltorget.example", "Omar Hedman", Role.MANAGER, ("lilltorget",)),
    Person("analyst@lilltorget.example", "Maria Ekdal", Role.ANALYST, ("lilltorget", "stationstorget")),
    Person("admin@lilltorget.example", "Karin Bergsten", Role.ADMIN, ("lilltorget", "stationstorget")),
    Person("funder@lilltorget.example", "Lena Strandell", "funder", represents="Exempelkommun"),
    Person("funder2@lilltorget.example", "Jonas Alfredsson", "funder", represents="Norrgaveln Fastigheter AB"),
    Person("host@stationstorget.example", "Adam Vikander", Role.HOST, ("stationstorget",)),
    Person("manager@stationstorget.example", "Petra Sandelin", Role.MANAGER, ("stationstorget",)),
)


def logins() -> list[str]:
    """One line a person: role, e-mail, password."""
    return [f"{person.role:<8} {person.email:<32} {PASSWORD}" for person in PEOPLE]


def add_people() -> dict[str, User]:
    """By e-mail. All have one password, hashed once: hashing is made to be slow."""
    hashed = make_password(PASSWORD, salt="lilltorget")
    users = [User(email=person.email, name=person.name, password=hashed) for person in PEOPLE]
    return {user.email: user for user in User.objects.bulk_create(users)}


def give_roles(users: dict[str, User]) -> None:
    """Once the places and the organisations are there."""
    places = Place.objects.in_bulk([slug for person in PEOPLE for slug in person.places], field_name="slug")
    Membership.objects.bulk_create(
        Membership(user=users[person.email], place=places[slug], role=person.role)
        for person in PEOPLE
        for slug in person.places
    )
    payers = {organisation.name: organisation for organisation in Organisation.objects.all()}
    Representative.objects.bulk_create(
        Representative(user=users[person.email], organisation=payers[person.represents])
        for person in PEOPLE
        if person.represents
    )
