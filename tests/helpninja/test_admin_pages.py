"""Every list and form of the admin opens, and stays as cheap with more rows."""

import pytest
from django.contrib import admin
from django.urls import reverse

from helpninja.common.roles import Role
from tests import factories, worlds

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def reader(client, db):
    client.force_login(factories.make_user(Role.ADMIN))
    return client


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_list_form_and_history_open(reader, model):
    worlds.make_world()
    row = model._default_manager.first()

    pages = [address(model, "changelist"), address(model, "changelist") + "?q=a", address(model, "change", row.pk)]
    model_admin = admin.site._registry[model]
    if model_admin.editors if model_admin.adders is None else model_admin.adders:
        pages.append(address(model, "add"))
    pages.append(address(model, "history", row.pk))

    assert {page: reader.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
