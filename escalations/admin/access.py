"""Which rows of other tables somebody may know of, derived from the escalations that they may see."""

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from escalations.enums import OWNED_STATES
from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

READERS = frozenset({Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN})
RULE_READERS = frozenset({Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN})


def customers_for(actor: Actor, customers: QuerySet) -> QuerySet:
    """A customer belongs to the teams that worked for them. Analysts see all, with contact details masked."""
    if actor.is_any(Role.ADMIN, Role.ANALYST):
        return customers
    return customers.filter(Exists(Escalation.objects.visible_to(actor).filter(customer=OuterRef("pk"))))


def with_contact_shown(actor: Actor, customers: QuerySet) -> QuerySet:
    """Annotates ``contact_shown``: whether this actor may read the e-mail address and the telephone number."""
    return customers.annotate(contact_shown=_contact_shown(actor))


def _contact_shown(actor: Actor) -> Any:
    if actor.is_any(Role.ADMIN):
        return Value(True, output_field=BooleanField())
    agent = getattr(actor.user, "agent", None)
    theirs = Escalation.objects.filter(customer=OuterRef("pk"))
    if agent is not None and actor.is_any(Role.SENIOR_AGENT, Role.SUPERVISOR):
        return Exists(theirs.filter(team__in=agent.team_ids))
    if agent is not None and actor.is_any(Role.AGENT):
        return Exists(theirs.filter(assignee=agent, state__in=OWNED_STATES))
    return Value(False, output_field=BooleanField())


def sees_all_contacts(actor: Actor) -> bool:
    """Whether every customer in the actor's lists is shown in full: then they may search by contact."""
    led = actor.is_any(Role.SENIOR_AGENT, Role.SUPERVISOR) and not actor.is_any(Role.ANALYST, Role.QA_REVIEWER)
    return actor.is_any(Role.ADMIN) or led


def sees_attributes(actor: Actor) -> bool:
    """Custom attributes may hold anything about a person: only those who work with customers read them."""
    return actor.is_any(Role.ADMIN, Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR)


def by_public_id(queryset: QuerySet, term: str) -> QuerySet | None:
    """For a search term that is a whole public id: found by its index, instead of by reading the table."""
    prefix, _, rest = term.strip().partition("_")
    if prefix in ("esc", "conv", "cus") and len(rest) == 20:
        return queryset.filter(public_id=term.strip())
    return None
