"""The sidebar, the command palette and the admin's first page: each shows what the reader may open."""

from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from unfold.dataclasses import SearchResult

from agents.enums import ONLINE_STATUSES
from agents.models import Agent
from analytics.models import ReportRun
from analytics.policy import exports_of, reports_of, sight_of
from billing.models import Customer
from escalations.enums import State
from escalations.models import Escalation, TriggerRule
from escalations.policy import RULE_LEADERS
from escalations.views.pages import QUEUE_ROLES
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.models import Article
from quality.policy import (
    ARTICLE_READERS,
    CYCLE_READERS,
    GAP_EDITORS,
    INITIATIVE_READERS,
    KNOWLEDGE_READERS,
    READERS,
    REVIEWED,
    REVIEWERS,
    figures_of,
)


def may_open_queue(actor):
    return actor.is_any(*QUEUE_ROLES)


def may_tune_rules(actor):
    return actor.is_any(*RULE_LEADERS)


def may_open_analytics(actor):
    return sight_of(actor) is not None


def may_read_reports(actor):
    return reports_of(actor) is not None


def may_see_team(actor):
    seen = sight_of(actor)
    return seen is not None and not seen.is_own


def may_see_own_work(actor):
    return actor.is_any(Role.AGENT, Role.SENIOR_AGENT) and getattr(actor.user, "agent", None) is not None


def may_open_cycles(actor):
    return actor.is_any(*CYCLE_READERS)


def may_open_root_causes(actor):
    seen = figures_of(actor)
    return seen is not None and not seen.is_own


def may_open_initiatives(actor):
    return actor.is_any(*INITIATIVE_READERS)


def may_read_articles(actor):
    return actor.is_any(*ARTICLE_READERS)


def may_see_knowledge(actor):
    return actor.is_any(*KNOWLEDGE_READERS)


def may_open_quality(actor):
    """Those who see their own figures alone find them under their own quality."""
    seen = figures_of(actor)
    return seen is not None and not seen.is_own


def may_read_reviews(actor):
    return actor.is_any(*READERS)


def may_see_own_quality(actor):
    return actor.is_any(*REVIEWED) and getattr(actor.user, "agent", None) is not None


def own_quality(actor):
    return reverse("quality:agent", args=[actor.user.agent.public_id])


def may_review(actor):
    return actor.is_any(*REVIEWERS)


def may_plan_articles(actor):
    return actor.is_any(*GAP_EDITORS)


# Title, icon (Material Symbols) and the model whose list it opens; or who may open a page, and its name or what
# gives its address for the reader.
GROUPS = (
    (
        "Work",
        (
            ("Live queue", "support_agent", may_open_queue, "queue:list"),
            ("Escalations", "priority_high", "escalations.Escalation"),
            ("Conversations", "forum", "escalations.Conversation"),
            ("Alerts", "notification_important", "escalations.Alert"),
            ("Offers", "person_add", "escalations.Offer"),
            ("Pauses", "pause_circle", "escalations.Pause"),
        ),
    ),
    (
        "Rules",
        (
            ("Trigger rules", "bolt", "escalations.TriggerRule"),
            ("Threshold tuning", "tune", may_tune_rules, "rules:tuning"),
            ("Priority rules", "low_priority", "escalations.PriorityRule"),
            ("Priority adjustments", "exposure", "escalations.PriorityAdjustment"),
            ("SLA policies", "timer", "escalations.SlaPolicy"),
            ("Routing policies", "alt_route", "escalations.RoutingPolicy"),
            ("Routing weights", "balance", "escalations.RoutingWeights"),
            ("Calendars", "calendar_month", "agents.Calendar"),
            ("Topics", "label", "escalations.Topic"),
        ),
    ),
    (
        "Quality",
        (
            ("Team quality", "grade", may_open_quality, "quality:team"),
            ("My quality", "stars", may_see_own_quality, own_quality),
            ("My reviews", "assignment", may_review, "quality:reviews"),
            ("Reviews", "rate_review", "quality.Review"),
            ("Disputes", "balance", "quality.Dispute"),
            ("Review cycles", "event_note", "quality.ReviewCycle"),
            ("Assignments", "assignment_ind", "quality.ReviewAssignment"),
            ("Calibrations", "compare_arrows", may_read_reviews, "quality:calibrations"),
            ("Calibration sessions", "diversity_3", "quality.CalibrationSession"),
            ("Reviewers", "supervised_user_circle", may_read_reviews, "quality:reviewers"),
            ("Rubrics", "checklist", "quality.Rubric"),
            ("Automatic hints", "lightbulb", may_read_reviews, "quality:hints"),
            ("Score bands", "grade", "quality.ScoreBand"),
            ("Root causes", "troubleshoot", may_open_root_causes, "quality:root-causes"),
            ("Coaching plans", "sports", "quality.CoachingPlan"),
            ("Improvement cycles", "cycle", may_open_cycles, "quality:cycles"),
            ("Initiatives", "trending_down", may_open_initiatives, "quality:initiatives"),
        ),
    ),
    (
        "Knowledge",
        (
            ("Find articles", "menu_book", may_read_articles, "articles:find"),
            ("Articles", "article", "quality.Article"),
            ("Article issues", "flag", "quality.ArticleIssue"),
            ("Article searches", "manage_search", "quality.ArticleSearch"),
            ("Knowledge gaps", "lightbulb", "quality.KnowledgeGap"),
            ("Content pipeline", "view_kanban", may_plan_articles, "quality:pipeline"),
            ("Knowledge base", "local_library", may_see_knowledge, "articles:knowledge"),
        ),
    ),
    (
        "Insight",
        (
            ("Overview", "monitoring", may_open_analytics, "analytics:overview"),
            ("Satisfaction", "sentiment_satisfied", may_open_analytics, "analytics:satisfaction"),
            ("Feedback", "reviews", may_open_analytics, "analytics:feedback"),
            ("NPS", "recommend", may_open_analytics, "analytics:nps"),
            ("Flow", "account_tree", may_open_analytics, "analytics:flow"),
            ("Team performance", "groups", may_see_team, "analytics:team"),
            ("My performance", "person", may_see_own_work, "analytics:mine"),
            ("Patterns", "grid_on", may_open_analytics, "analytics:patterns"),
            ("Insights", "lightbulb", may_open_analytics, "analytics:insights"),
            ("Explore", "query_stats", may_open_analytics, "analytics:explore"),
            ("Exports", "download", exports_of, "analytics:exports"),
            ("Reports", "summarize", may_read_reports, "analytics:reports"),
            ("Report schedules", "schedule_send", "analytics.ReportSchedule"),
            ("Sent reports", "mark_email_read", "analytics.ReportRun"),
            ("Action items", "checklist", "analytics.ActionItem"),
            ("Targets", "flag_circle", "analytics.Target"),
            ("Benchmarks", "leaderboard", "analytics.Benchmark"),
            ("Rollup checks", "fact_check", "analytics.Reconciliation"),
            ("Feedback themes", "sell", "analytics.FeedbackTheme"),
            ("Saved views", "bookmark", "analytics.SavedView"),
        ),
    ),
    (
        "People",
        (
            ("Agents", "badge", "agents.Agent"),
            ("Teams", "groups", "agents.Team"),
            ("Skills", "school", "agents.Skill"),
            ("Shifts", "calendar_view_week", "agents.Shift"),
            ("Changed hours", "event_repeat", "agents.ShiftException"),
            ("Time off", "beach_access", "agents.TimeOff"),
            ("On call", "phone_in_talk", "agents.OnCall"),
            ("Capacity by level", "stacks", "agents.CapacityByLevel"),
            ("Presence ledger", "schedule", "agents.Presence"),
            ("Scorecards", "scoreboard", "agents.Scorecard"),
        ),
    ),
    (
        "Customers",
        (
            ("Customers", "person", "billing.Customer"),
            ("Customer events", "event_repeat", "billing.CustomerEvent"),
            ("Plans", "loyalty", "billing.Plan"),
            ("Shared costs", "payments", "billing.SharedCost"),
        ),
    ),
    (
        "System",
        (
            ("API keys", "key", "common.ApiKey"),
            ("Webhooks", "webhook", "escalations.WebhookEndpoint"),
            ("Deliveries", "outbox", "escalations.WebhookDelivery"),
            ("Users", "manage_accounts", "auth.User"),
            ("Roles", "shield_person", "auth.Group"),
            ("Audit", "history", "common.AuditEntry"),
        ),
    ),
)

# By page: who counts what waits there to be looked at.
BADGES = {"queue:list": "helpninja.navigation.waiting", "analytics:reports": "helpninja.navigation.failed_reports"}
BADGE_SECONDS = 5
FOUND_AT_MOST = 5


def sidebar(request):
    """Groups without an item for the reader are left out; of addresses that begin alike the longest is active."""
    groups = [
        (title, [item for entry in entries if (item := _item(request, *entry))]) for title, entries in GROUPS
    ]
    links = [item["link"] for _, items in groups for item in items if request.path.startswith(item["link"])]
    for _, items in groups:
        for item in items:
            item["active"] = item["link"] == max(links, key=len, default="")
    return [{"title": title, "separator": True, "items": items} for title, items in groups if items]


def _item(request, title, icon, target, page=None):
    if page is None:
        model_admin = _model_admin(target)
        if not model_admin.has_view_permission(request):
            return None
        link = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    else:
        actor = Actor.of_request(request)
        if not target(actor):
            return None
        link = page(actor) if callable(page) else reverse(page)
    item = {"title": title, "icon": icon, "link": link}
    return {**item, "badge": BADGES[page]} if page in BADGES else item


def _model_admin(label):
    return next(one for model, one in admin.site._registry.items() if model._meta.label == label)


def waiting(request):
    """How many wait, of the reader's teams; counted at most every few seconds for each set of teams."""
    actor = Actor.of_request(request)
    agent = getattr(actor.user, "agent", None)
    teams = "all" if actor.is_any(Role.ADMIN) else "-".join(map(str, sorted(agent.team_ids))) if agent else "none"
    return cache.get_or_set(
        f"waiting:{teams}", lambda: Escalation.objects.visible_to(actor).waiting().count(), BADGE_SECONDS
    )


def failed_reports(request):
    """How many were given up without anybody saying that they know; nothing where none was."""
    actor = Actor.of_request(request)
    return cache.get_or_set(
        f"failed-reports:{actor.user.pk}",
        lambda: ReportRun.objects.visible_to(actor).alarming().count() or "",
        BADGE_SECONDS,
    )


def find(request, term):
    """For the command palette: a few of each kind, each through its own list's search and scope."""
    results = []
    for model, icon in (
        (Escalation, "priority_high"),
        (Customer, "person"),
        (Agent, "badge"),
        (Article, "article"),
        (TriggerRule, "bolt"),
    ):
        model_admin = admin.site._registry[model]
        if model_admin.has_view_permission(request):
            rows, _ = model_admin.get_search_results(request, model_admin.get_queryset(request), term)
            results += [_found(row, icon) for row in rows[:FOUND_AT_MOST]]
    return results


def _found(row, icon):
    opts = row._meta
    link = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return SearchResult(title=str(row), description=str(opts.verbose_name).capitalize(), link=link, icon=icon)


def home(request, context):
    """The first page: how things stand, and where to go."""
    return {
        **context,
        "title": "Home",
        "figures": _figures(Actor.of_request(request)),
        "sections": sidebar(request),
    }


def _figures(actor):
    if not actor.is_any(*QUEUE_ROLES) or actor.is_any(Role.QA_REVIEWER):
        return []
    escalations, now = Escalation.objects.visible_to(actor), timezone.now()
    agents = Agent.objects.active()
    agent = getattr(actor.user, "agent", None)
    if not actor.is_any(Role.ADMIN):
        agents = agents.in_teams(agent.team_ids if agent else ())
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    late = escalations.past_deadline(now).count()
    return [
        {"label": "Waiting", "value": escalations.waiting().count(), "note": f"{late} past the deadline"},
        {
            "label": "Being handled",
            "value": escalations.handled().count(),
            "note": "active, or pending the customer",
        },
        {
            "label": "Resolved today",
            "value": escalations.filter(state=State.RESOLVED, last_resolved_at__gte=today).count(),
            "note": "since midnight UTC",
        },
        {
            "label": "Agents online",
            "value": agents.filter(status__in=ONLINE_STATUSES).count(),
            "note": f"of {agents.count()}",
        },
    ]
