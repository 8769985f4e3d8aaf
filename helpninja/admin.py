"""The admin of what comes from elsewhere: people's accounts and their roles."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from helpninja.common.admin import ADMINS, NOBODY, PolicyMixin, ScopedFilter

admin.site.unregister([User, Group])


class RolesMixin(forms.ModelForm):
    groups = forms.ModelMultipleChoiceField(
        label="Roles",
        queryset=Group.objects.all(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Without a role nobody sees anything. Agents also need a row under Agents, with their teams.",
    )


class UserForm(RolesMixin, UserChangeForm):
    pass


class NewUserForm(RolesMixin, UserCreationForm):
    pass


@admin.register(User)
class UserAdmin(PolicyMixin, BaseUserAdmin, ModelAdmin):
    """Accounts are switched off, not deleted: histories name them. Everybody here works in these pages."""

    editors = ADMINS
    deleters = NOBODY

    # List
    list_display = ("username", "get_full_name", "email", "roles", "is_active", "last_login")
    list_filter = (("is_active", BooleanRadioFilter), ("groups", ScopedFilter))
    list_fullwidth = True
    actions = None

    # Form
    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    filter_horizontal = ()
    warn_unsaved_form = True
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": (("username", "is_active"), ("first_name", "last_name"), "email", "password")}),
        ("Roles", {"fields": ("groups",)}),
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    ("first_name", "last_name"),
                    "email",
                    "usable_password",
                    ("password1", "password2"),
                )
            },
        ),
        ("Roles", {"fields": ("groups",)}),
    )

    def scope(self, queryset, actor):
        return queryset.prefetch_related("groups")

    def save_model(self, request, obj, form, change):
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def audit(self, request, verb, obj, **details):
        """Who was given which roles is what the audit of users is read for."""
        roles = list(obj.groups.order_by("name").values_list("name", flat=True))
        super().audit(request, verb, obj, **details, roles=roles, active=obj.is_active)

    @display(description="roles")
    def roles(self, user):
        names = [group.name for group in user.groups.all()] + ["superuser"] * user.is_superuser
        return ", ".join(names) or None


@admin.register(Group)
class RoleAdmin(PolicyMixin, BaseGroupAdmin, ModelAdmin):
    """The roles are fixed, as the policy names them: who has which is said on the users."""

    viewers = ADMINS

    # List
    list_display = ("name", "people")
    actions = None

    # Form
    fields = ("name", "members")
    readonly_fields = ("members",)

    def scope(self, queryset, actor):
        return queryset.annotate(people=Count("user"))

    @display(description="people", ordering="people")
    def people(self, group):
        return group.people

    @display(description="members")
    def members(self, group):
        return (
            ", ".join(user.get_full_name() or user.username for user in group.user_set.order_by("username"))
            or None
        )
