"""The 100-point rubric: four categories of 25 points, three of them scored from the data."""

from django.db import migrations
from django.utils import timezone

RESPONSE_TIME = [
    {"name": "Under 2 minutes", "points": 25, "below": 120},
    {"name": "2 to 5 minutes", "points": 20, "up_to": 300},
    {"name": "5 to 10 minutes", "points": 15, "up_to": 600},
    {"name": "Over 10 minutes", "points": 5},
]
FIRST_CONTACT = [
    {"name": "Resolved immediately", "points": 25, "values": ["immediate"]},
    {"name": "Minor follow-up needed", "points": 20, "values": ["minor_follow_up"]},
    {"name": "Additional research required", "points": 15, "values": ["additional_research"]},
    {"name": "Multiple interactions", "points": 10, "values": ["multiple_interactions"]},
]
SATISFACTION = [
    {"name": "5 stars", "points": 25, "values": [5]},
    {"name": "4 stars", "points": 20, "values": [4]},
    {"name": "3 stars", "points": 15, "values": [3]},
    {"name": "2 stars", "points": 10, "values": [2]},
    {"name": "1 star", "points": 5, "values": [1]},
]
ACCURACY = [
    {"name": "Complete and accurate", "points": 25},
    {"name": "Minor inaccuracies", "points": 20},
    {"name": "Some missing information", "points": 15},
    {"name": "Significant issues", "points": 10},
]
CRITERIA = [
    (
        "response_time",
        "Response time",
        "response_time",
        RESPONSE_TIME,
        "How long the customer waited for a person.",
    ),
    (
        "first_contact_resolution",
        "First contact resolution",
        "first_contact",
        FIRST_CONTACT,
        "How it was resolved.",
    ),
    ("satisfaction", "Customer satisfaction", "satisfaction", SATISFACTION, "How the customer rated it."),
    (
        "technical_accuracy",
        "Technical accuracy",
        "",
        ACCURACY,
        "Whether what the customer was told is right and complete. Points between two bands are allowed.",
    ),
]
BANDS = [("Excellent", 90), ("Very Good", 85), ("Good", 75), ("Needs improvement", 0)]
ROOT_CAUSES = [
    "Knowledge article missing",
    "Knowledge article wrong or outdated",
    "Skill or training",
    "Process",
    "System or tool",
    "Handoff lost the context",
    "Workload",
    "Product defect",
]


def install(apps, schema_editor):
    models = {name: apps.get_model("quality", name) for name in (
        "Rubric", "RubricCategory", "Criterion", "RubricVersion", "ScoreBand", "RootCause",
    )}  # fmt: skip
    rubric = models["Rubric"].objects.create(name="100 points", version=1)
    kept = []
    for order, (key, name, measure, bands, text) in enumerate(CRITERIA, start=1):
        models["RubricCategory"].objects.create(rubric=rubric, name=name, points=25, order=order)
        fields = {
            "key": key, "name": name, "help": text, "category": name, "kind": "scored", "weight": 1,
            "bands": bands, "measure": measure, "na_allowed": bool(measure),
        }  # fmt: skip
        models["Criterion"].objects.create(rubric=rubric, order=order, **fields)
        kept.append({**fields, "weight": 1.0})
    models["RubricVersion"].objects.create(
        rubric=rubric,
        number=1,
        definition={"categories": [{"name": one["name"], "points": 25.0} for one in kept], "criteria": kept},
        published_at=timezone.now(),
        actor="helpNINJA",
    )
    for name, least in BANDS:
        models["ScoreBand"].objects.create(name=name, least=least)
    for name in ROOT_CAUSES:
        models["RootCause"].objects.create(name=name)


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_articles_reviews_and_coaching")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
