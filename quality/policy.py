"""Who may do what with reviews and articles, asked by every page, form, endpoint and export."""

from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from agents.policy import ALL, Sight
from helpninja.common.actors import Actor
from helpninja.common.roles import Role, Scope
from quality.enums import ARTICLE_MOVES, ArticleStatus, ReviewKind, ReviewState
from quality.models import COACHES, Article, ArticleQuerySet

REVIEWERS = (Role.QA_REVIEWER, Role.SUPERVISOR)
# Who sees reviews of others; agents see what was published about themselves.
READERS = (*REVIEWERS, Role.ADMIN)
# Whose work is reviewed; each has a page of their own with what was published.
REVIEWED = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR)

ARTICLE_READERS = frozenset({Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN})
ARTICLE_EDITORS = frozenset({Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN})
# Who see how the knowledge base fares; analysts see no more of it than that.
KNOWLEDGE_READERS = ARTICLE_EDITORS | {Role.SENIOR_AGENT, Role.ANALYST}
ARTICLE_SCOPES = (Scope.INGEST, Scope.ESCALATIONS_READ)


def figures_of(actor: Actor) -> Sight | None:
    """Whose quality figures the actor may read; None where nobody's."""
    if actor.is_any(Role.ADMIN, Role.QA_REVIEWER, Role.ANALYST):
        return ALL
    agent = getattr(actor.user, "agent", None)
    if agent is None:
        return None
    if actor.is_any(Role.SUPERVISOR):
        return Sight(teams=agent.team_ids)
    if actor.is_any(Role.AGENT, Role.SENIOR_AGENT):
        return Sight(agent=agent.pk)
    return None


class Action(StrEnum):
    SEE = "see"
    READ_DRAFTS = "read_drafts"  # what it said before it was published
    WRITE = "write"  # save the draft, submit, publish
    GIVE_BACK = "give_back"
    VOID = "void"
    DISPUTE = "dispute"
    DECIDE = "decide"  # a dispute


def may_review(actor: Actor, escalation: Any) -> bool:
    """Whether the actor may begin a review of it, which they see; never of their own work."""
    agent = getattr(actor.user, "agent", None)
    is_own = agent is not None and escalation.resolved_by_id == agent.pk
    return actor.is_any(*REVIEWERS) and not is_own and escalation.resolved_by_id is not None


def may(actor: Actor, action: str, review: Any) -> bool:
    """Whether the actor may do it to this review as it is now; what they may not see they may not touch."""
    agent = getattr(actor.user, "agent", None)
    is_own = agent is not None and review.agent_id == agent.pk
    if not _sees(actor, agent, review, is_own):
        return False
    match Action(action):
        case Action.SEE:
            return True
        case Action.READ_DRAFTS:
            return not is_own
        case Action.WRITE:
            return actor.is_any(*REVIEWERS) and review.reviewer_id == actor.user.pk and not is_own
        case Action.GIVE_BACK:
            # What was said blind stays as it was said.
            return actor.is_any(*REVIEWERS) and not is_own and review.kind != ReviewKind.CALIBRATION
        case Action.VOID:
            return actor.is_any(*REVIEWERS) and not is_own
        case Action.DISPUTE:
            return is_own and review.state == ReviewState.PUBLISHED and review.kind == ReviewKind.SCORED
        case Action.DECIDE:
            return actor.is_any(Role.SUPERVISOR) and not is_own and review.reviewer_id != actor.user.pk


def _sees(actor: Actor, agent: Any, review: Any, is_own: bool) -> bool:
    """The same rule as ReviewQuerySet.visible_to, for one row; a test holds them together."""
    if not review.is_revealed and review.reviewer_id != getattr(actor.user, "pk", None):
        return False
    if actor.is_any(Role.ADMIN):
        return True
    if is_own:
        shown = review.kind == ReviewKind.SCORED and review.state == ReviewState.PUBLISHED
        return shown and actor.is_any(Role.AGENT, Role.SENIOR_AGENT, *REVIEWERS)
    if actor.is_any(Role.QA_REVIEWER):
        return True
    return agent is not None and actor.is_any(Role.SUPERVISOR) and review.escalation.team_id in agent.team_ids


# Who sees knowledge gaps, decides about them and plans what is written.
GAP_EDITORS = (Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN)
INITIATIVE_READERS = (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
INITIATIVE_LEADERS = (Role.SUPERVISOR, Role.ADMIN)
# Of the improvement cycles; agents find there the tasks that they own.
CYCLE_READERS = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR, Role.QA_REVIEWER, Role.ADMIN)
CYCLE_LEADERS = (Role.SUPERVISOR, Role.ADMIN)


def possible_owners(actor: Actor, roles: tuple[Role, ...]) -> QuerySet[User]:
    """Whom the actor may give work to: for supervisors those of their teams, reviewers, admins and themselves."""
    people = User.objects.filter(Q(groups__name__in=[role.value for role in roles]) | Q(is_superuser=True))
    if not actor.is_any(Role.ADMIN):
        agent = getattr(actor.user, "agent", None)
        of_teams = Q(agent__teams__in=agent.team_ids if agent else ())
        above = Q(groups__name__in=[Role.QA_REVIEWER.value, Role.ADMIN.value]) | Q(is_superuser=True)
        people = people.filter(of_teams | above | Q(pk=actor.user.pk))
    return people.distinct().order_by("first_name", "last_name", "username")


def name_of(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def articles_for(actor: Actor) -> ArticleQuerySet:
    """Those that exist for the actor: editors know all, others what is published, and what they own themselves."""
    articles = Article.objects.all()
    if actor.is_any(*ARTICLE_EDITORS):
        return articles
    if actor.is_any(*ARTICLE_READERS):
        agent = getattr(actor.user, "agent", None)
        return articles.filter(Q(status=ArticleStatus.PUBLISHED) | Q(owner__isnull=False, owner=agent))
    if actor.has_scope(Scope.ESCALATIONS_READ):
        return articles.published()
    return articles.for_customers() if actor.has_scope(Scope.INGEST) else articles.none()


def may_edit_article(actor: Actor, article: Article) -> bool:
    """Editors edit all; the owner edits a draft."""
    if actor.is_any(*ARTICLE_EDITORS):
        return True
    agent = getattr(actor.user, "agent", None)
    is_own = agent is not None and article.owner_id == agent.pk and actor.is_any(*ARTICLE_READERS)
    return is_own and article.status == ArticleStatus.DRAFT


def article_moves(actor: Actor, article: Article) -> tuple[str, ...]:
    """The statuses to which the actor may move it now: the owner hands a draft in, editors decide."""
    if actor.is_any(*ARTICLE_EDITORS):
        return ARTICLE_MOVES[article.status]
    return (ArticleStatus.IN_REVIEW,) if may_edit_article(actor, article) else ()


class PlanAction(StrEnum):
    """Of a coaching plan."""

    EDIT = "edit"
    DO = "do"  # say that an action is done
    READ_NOTES = "read_notes"
    WRITE_NOTES = "write_notes"


def may_coach(actor: Actor, agent: Any) -> bool:
    """Whether the actor may open a plan for the agent, whose figures they see; nobody coaches themselves."""
    return actor.is_any(*COACHES) and agent.user_id != actor.user.pk


def may_with_plan(actor: Actor, action: str, plan: Any) -> bool:
    """Whether the actor may do it with a plan that they see."""
    is_own = plan.agent.user_id == getattr(actor.user, "pk", None)
    agent = getattr(actor.user, "agent", None)
    coaches = actor.is_any(*COACHES) and plan.coach_id == actor.user.pk
    leads = actor.is_any(Role.SUPERVISOR) and agent is not None and bool(agent.team_ids & plan.agent.team_ids)
    match PlanAction(action):
        case PlanAction.EDIT:
            return not is_own and (coaches or leads or actor.is_any(Role.ADMIN))
        case PlanAction.DO:
            return is_own or coaches or leads or actor.is_any(Role.ADMIN)
        case PlanAction.READ_NOTES:
            return is_own or coaches or leads
        case PlanAction.WRITE_NOTES:
            return not is_own and (coaches or leads)
