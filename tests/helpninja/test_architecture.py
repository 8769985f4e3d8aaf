"""The shape of the project, as far as import-linter can't see it."""

import subprocess

import pytest
from django.apps import apps
from django.conf import settings

# From the highest to the lowest; those on one level don't know each other.
LEVELS = (("analytics",), ("quality",), ("escalations",), ("agents", "billing"), ("common",))
LEVEL_OF = {label: level for level, labels in enumerate(LEVELS) for label in labels}
OURS = {"agents", "analytics", "billing", "escalations", "helpninja", "quality", "templates", "tests"}
TOP_LEVEL = OURS | {"LICENSE", "README.md", "manage.py", "pyproject.toml"}


def foreign_keys():
    for label in LEVEL_OF:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model:
                    yield field, label, field.related_model._meta.app_label


def points_down(label, target):
    return target not in LEVEL_OF or label == target or LEVEL_OF[label] < LEVEL_OF[target]


def test_foreign_keys_point_down():
    wrong = [str(field) for field, label, target in foreign_keys() if not points_down(label, target)]

    assert wrong == []


@pytest.mark.parametrize(
    ("label", "target", "allowed"),
    [
        ("escalations", "agents", True),
        ("escalations", "escalations", True),
        ("agents", "auth", True),
        ("agents", "escalations", False),
        ("agents", "billing", False),
    ],
)
def test_the_rule_of_foreign_keys(label, target, allowed):
    assert points_down(label, target) is allowed


def test_installed_apps_are_written_from_high_to_low():
    ours = [name.removeprefix("helpninja.") for name in settings.INSTALLED_APPS]

    assert [label for label in ours if label in LEVEL_OF] == list(LEVEL_OF)


def test_the_top_level_holds_what_the_design_lists():
    if not (settings.BASE_DIR / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    names = {path.partition("/")[0] for path in tracked}

    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL
