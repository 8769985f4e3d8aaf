"""Fills an empty database with the demo, once; a database with anything else in it is left alone."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model

from agents.models import Agent, Team
from analytics.models import CommentReading
from billing.models import Customer, SharedCost
from escalations.enums import RoutingMode
from escalations.models import Conversation, RoutingPolicy, Topic, WebhookEndpoint
from helpninja.common.models import ApiKey, AuditEntry
from helpninja.demo.calibration import calibrate
from helpninja.demo.coaching import coach
from helpninja.demo.comments import comment, read_comments
from helpninja.demo.costs import write_costs
from helpninja.demo.customer_events import write_customer_events
from helpninja.demo.customers import make_customers
from helpninja.demo.figures import DAYS, WINDOWS
from helpninja.demo.gaps import ask_for_gaps, find_gaps
from helpninja.demo.history import History
from helpninja.demo.improvement import improve
from helpninja.demo.knowledge import use_articles, write_articles
from helpninja.demo.people import make_staff
from helpninja.demo.reports import send_reports
from helpninja.demo.review_cycle import draw_week
from helpninja.demo.reviews import write_reviews
from helpninja.demo.shifts import plan_shifts, write_presence
from helpninja.demo.store import Store
from quality.models import Article, ArticleSearch, CalibrationSession, CoachingPlan, Initiative, ReviewCycle

SEED = 2847
MARKER = "demo data loaded"
# Rows that no migration makes: any of them is somebody's.
SOMEBODYS = (User, Agent, Customer, SharedCost, Conversation, ApiKey, WebhookEndpoint, AuditEntry)


class ForeignData(Exception):
    """The database holds something else; the text says what."""


def check_database() -> bool:
    """Whether the demo is loaded already. Raises ForeignData; writes nothing, also before any migration."""
    tables = set(connection.introspection.table_names())
    if AuditEntry._meta.db_table in tables and AuditEntry.objects.filter(action=MARKER).exists():
        return True
    unknown = tables - {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    unknown -= {"django_migrations"}
    if unknown:
        raise ForeignData(f"tables of another program ({', '.join(sorted(unknown)[:3])})")
    for model in SOMEBODYS:
        if model._meta.db_table in tables and model._default_manager.exists():
            raise ForeignData(str(model._meta.verbose_name_plural))
    return False


@transaction.atomic
def load(now: datetime) -> None:
    """All of it or nothing."""
    agents = make_staff(now)
    compose(agents, now).save()
    plan_shifts(agents, now)
    offer_integrations()
    ask_for_gaps(agents, now)
    AuditEntry.objects.create(
        at=now,
        actor="manage.py demo",
        action=MARKER,
        object_type="database",
        object_id="demo",
        object_label="The demo's people, customers and history",
    )


# Writes piece by piece what is not there yet, and yields after each.
Part = Callable[[dict[str, Agent], datetime], Iterator[None]]


def once(model: type[Model], write: Callable[[dict[str, Agent], datetime], object]) -> Part:
    """One piece, where there is no row of the model."""

    def write_once(agents: dict[str, Agent], now: datetime) -> Iterator[None]:
        if not model._default_manager.exists():
            with transaction.atomic():
                write(agents, now)
            yield

    return write_once


# What the queue does not need. No piece is a long transaction: people claim meanwhile.
LATER: tuple[Part, ...] = (
    once(Article, write_articles),
    once(ArticleSearch, use_articles),
    once(Initiative, improve),
    once(CommentReading, read_comments),
    write_reviews,
    once(ReviewCycle, draw_week),
    once(CalibrationSession, calibrate),
    once(CoachingPlan, coach),
    find_gaps,
    send_reports,
)


def load_rest(now: datetime, *, give_way: Callable[[], object]) -> None:
    """Begins where an earlier one has ended, or was ended. ``give_way`` is called after each piece."""
    agents = {agent.user.username: agent for agent in Agent.objects.select_related("user")}
    for write in LATER:
        for _ in write(agents, now):
            give_way()


def offer_integrations() -> None:
    """Integrations are offered to whoever knows them, beside being pulled, so that a visitor sees offers come.

    The scores are modest where so little is known of the agents as in the demo, and so is the threshold.
    """
    RoutingPolicy.objects.create(
        team=Team.objects.get(slug="support"),
        topic=Topic.objects.get(slug="integrations"),
        mode=RoutingMode.BOTH,
        threshold=0.6,
    )


def compose(agents: dict[str, Agent], now: datetime) -> Store:
    """Customers, history, presence and costs, not saved yet. The same ``now`` always gives the same rows."""
    rng, store = Random(SEED), Store()
    customers = make_customers(store, now, rng)
    History(store, agents, now, rng).write(customers)
    comment(store, agents, now)
    write_presence(store, agents, now - timedelta(days=DAYS * len(WINDOWS)), now)
    write_costs(store)
    write_customer_events(store, now)
    return store
