"""The team: the guide's six agents, and a supervisor, a reviewer, an analyst and an admin beside them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from agents.actions.calendars import publish
from agents.enums import Level, Weekday
from agents.models import Agent, AgentSkill, Calendar, Skill, Team
from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from helpninja.demo.figures import HOURLY_COST

# Known to everybody who reads this: the demo serves this machine only, unless its owner says otherwise.
PASSWORD = "helpninja-demo"


@dataclass(frozen=True)
class Person:
    """``share`` of the escalations and relative ``pace`` of the answers are the guide's team comparison."""

    username: str
    name: str
    role: Role
    short: str = ""
    level: Level | None = None
    specialization: str = ""
    skills: tuple[tuple[str, int], ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    capacity: int = 4
    share: int = 0
    pace: float = 1.0


SARAH = Person(
    "sarah", "Sarah Mitchell", Role.SENIOR_AGENT, "Sarah M.", Level.SENIOR, "Billing, Account Management",
    skills=(("billing", 5), ("account-management", 5), ("technical-support", 2)),
    topics=("billing", "account-management"), languages=("en", "es"), share=156, pace=2.1,
)  # fmt: skip
DAVID = Person(
    "david", "David Kim", Role.AGENT, "David K.", Level.SPECIALIST, "Technical Support, APIs",
    skills=(("technical-support", 5), ("apis", 5), ("integrations", 3)),
    topics=("technical-support",), share=142, pace=3.2,
)  # fmt: skip
LISA = Person(
    "lisa", "Lisa Romano", Role.AGENT, "Lisa R.", Level.SPECIALIST, "Widget Setup, Integrations",
    skills=(("widget-setup", 5), ("integrations", 5), ("technical-support", 3)),
    topics=("widget-setup", "integrations"), languages=("en", "de"), share=165, pace=2.8,
)  # fmt: skip
TOM = Person(
    "tom", "Tom Sullivan", Role.AGENT, "Tom S.", Level.AGENT, "Data, Analytics, Reporting",
    skills=(("data-and-reporting", 5), ("apis", 2)),
    topics=("data-and-reporting",), share=138, pace=4.1,
)  # fmt: skip
MIKE = Person(
    "mike", "Mike Peterson", Role.AGENT, "Mike P.", Level.AGENT, "General",
    skills=(("billing", 3), ("account-management", 3), ("technical-support", 3), ("widget-setup", 3)),
    share=149, pace=2.9, capacity=3,
)  # fmt: skip
JENNY = Person(
    "jenny", "Jenny Lawson", Role.AGENT, "Jenny L.", Level.AGENT, "Sales",
    skills=(("billing", 3), ("account-management", 2)),
    topics=("general-support", "feature-requests"), languages=("en", "fr"), share=128, pace=3.5, capacity=3,
)  # fmt: skip
TEAM = (SARAH, DAVID, LISA, TOM, MIKE, JENNY)

SUPERVISOR = Person(
    "morgan", "Morgan Blake", Role.SUPERVISOR, "Morgan B.", Level.MANAGER, "Team lead", skills=(("billing", 4),)
)
REVIEWER = Person("priya", "Priya Nair", Role.QA_REVIEWER)
ANALYST = Person("oliver", "Oliver Grant", Role.ANALYST)
ADMIN = Person("alex", "Alex Romero", Role.ADMIN)
STAFF = (*TEAM, SUPERVISOR, REVIEWER, ANALYST, ADMIN)

# Whom a visitor may sign in as, one for each role; the simulation leaves these alone.
LOGINS = (LISA, SARAH, SUPERVISOR, REVIEWER, ANALYST, ADMIN)
COLLEAGUES = (DAVID, TOM)


def make_staff(now: datetime) -> dict[str, Agent]:
    """Users with one password, hashed once, and the agents among them by user name."""
    password, joined = make_password(PASSWORD), now - timedelta(days=400)
    support = open_support(now)
    groups = {group.name: group for group in Group.objects.all()}
    agents = {}
    for person in STAFF:
        user = _make_user(person, password, joined)
        user.groups.add(groups[person.role.value])
        if person.level is not None:
            agents[person.username] = _make_agent(person, user, support, now)
    return agents


def open_support(now: datetime) -> Team:
    """The team, with the hours in which it works: every day from 9 AM to 8 PM in New York."""
    calendar = Calendar.objects.create(name="Support hours", time_zone="America/New_York")
    calendar.openings.create(weekdays=Weekday.values, opens=time(9), closes=time(20))
    publish(calendar=calendar, by=SYSTEM, now=now)
    support = Team.objects.get(slug="support")
    support.calendar = calendar
    support.save(update_fields=["calendar"])
    return support


def _make_user(person: Person, password: str, joined: datetime) -> User:
    first, last = person.name.split(" ", 1)
    return User.objects.create(
        username=person.username,
        password=password,
        first_name=first,
        last_name=last,
        email=f"{person.username}@helpninja.example",
        is_staff=True,
        is_superuser=person.role == Role.ADMIN,
        date_joined=joined,
    )


def _make_agent(person: Person, user: User, support: Team, now: datetime) -> Agent:
    assert person.level is not None
    agent = Agent.objects.create(
        user=user,
        name=person.short,
        level=person.level,
        capacity=person.capacity,
        hourly_cost=Decimal(HOURLY_COST),
        languages=list(person.languages),
        specialization=person.specialization,
        status_since=now - timedelta(days=400),
    )
    agent.teams.add(support)
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    AgentSkill.objects.bulk_create(
        AgentSkill(
            agent=agent,
            skill=skills[slug],
            level=level,
            certified_on=(now - timedelta(days=200)).date() if level == 5 else None,
        )
        for slug, level in person.skills
    )
    return agent
