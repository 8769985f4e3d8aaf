"""The sidebar, the palette and the first page show what the reader may open, and nothing else."""

import pytest

from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def titles(client, user):
    client.force_login(user)
    groups = client.get("/admin/").context["sidebar_navigation"]
    return {group["title"]: [item["title"] for item in group["items"]] for group in groups}


def test_an_agent_sees_the_work_and_the_own_figures(client, agent):
    assert titles(client, agent.user) == {
        "Work": ["Live queue", "Escalations", "Conversations"],
        "Quality": ["My quality", "Improvement cycles"],
        "Knowledge": ["Find articles", "Articles", "Article issues"],
        "Insight": [
            "Overview",
            "Satisfaction",
            "Feedback",
            "NPS",
            "Flow",
            "My performance",
            "Patterns",
            "Insights",
            "Explore",
        ],
        "Customers": ["Customers"],
    }


def test_a_supervisor_sees_rules_and_people_and_no_keys(client, supervisor):
    assert titles(client, supervisor.user) == {
        "Work": ["Live queue", "Escalations", "Conversations", "Alerts", "Offers", "Pauses"],
        "Rules": [
            "Trigger rules",
            "Threshold tuning",
            "Priority rules",
            "Priority adjustments",
            "SLA policies",
            "Routing policies",
            "Routing weights",
            "Calendars",
            "Topics",
        ],
        "Quality": [
            "Team quality",
            "My quality",
            "My reviews",
            "Reviews",
            "Disputes",
            "Review cycles",
            "Assignments",
            "Calibrations",
            "Calibration sessions",
            "Reviewers",
            "Rubrics",
            "Automatic hints",
            "Score bands",
            "Root causes",
            "Coaching plans",
            "Improvement cycles",
            "Initiatives",
        ],
        "Knowledge": [
            "Find articles",
            "Articles",
            "Article issues",
            "Article searches",
            "Knowledge gaps",
            "Content pipeline",
            "Knowledge base",
        ],
        "Insight": [
            "Overview",
            "Satisfaction",
            "Feedback",
            "NPS",
            "Flow",
            "Team performance",
            "Patterns",
            "Insights",
            "Explore",
            "Exports",
            "Reports",
            "Report schedules",
            "Sent reports",
            "Action items",
            "Targets",
            "Benchmarks",
            "Feedback themes",
        ],
        "People": [
            "Agents",
            "Teams",
            "Skills",
            "Shifts",
            "Changed hours",
            "Time off",
            "On call",
            "Capacity by level",
            "Presence ledger",
            "Scorecards",
        ],
        "Customers": ["Customers", "Customer events", "Plans", "Shared costs"],
        "System": ["Webhooks", "Deliveries"],
    }


def test_an_analyst_sees_figures_and_no_transcripts(client):
    assert titles(client, factories.make_user(Role.ANALYST)) == {
        "Quality": ["Team quality", "Root causes", "Initiatives"],
        "Knowledge": ["Knowledge base"],
        "Insight": [
            "Overview",
            "Satisfaction",
            "Feedback",
            "NPS",
            "Flow",
            "Team performance",
            "Patterns",
            "Insights",
            "Explore",
            "Reports",
            "Report schedules",
            "Sent reports",
            "Action items",
            "Targets",
            "Benchmarks",
            "Feedback themes",
        ],
        "Customers": ["Customers", "Customer events", "Plans", "Shared costs"],
    }


def test_the_palette_finds_only_what_the_reader_may_know_of(client, agent, outsider):
    escalation = factories.make_escalation(subject="Quarterly invoice")
    found = f"/admin/escalations/escalation/{escalation.pk}/change/"

    client.force_login(outsider.user)
    assert found not in client.get("/admin/search/?s=invoice&extended=1").content.decode()
    client.force_login(agent.user)
    assert found in client.get("/admin/search/?s=invoice&extended=1").content.decode()


def test_the_first_page_counts_the_own_teams_only(client, outsider):
    factories.make_escalation()

    client.force_login(outsider.user)
    figures = {figure["label"]: figure["value"] for figure in client.get("/admin/").context["figures"]}

    assert figures == {"Waiting": 0, "Being handled": 0, "Resolved today": 0, "Agents online": 0}


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.AGENT, "/queue/"),
        (Role.SENIOR_AGENT, "/queue/"),
        (Role.ANALYST, "/analytics/"),
        (Role.SUPERVISOR, "/admin/"),
        (Role.QA_REVIEWER, "/admin/"),
        (Role.ADMIN, "/admin/"),
    ],
)
def test_each_role_starts_in_its_own_place(client, role, place):
    client.force_login(factories.make_agent(role=role).user)

    assert client.get("/").headers["Location"] == place
