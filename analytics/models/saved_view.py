"""Pages of figures as somebody wants to see them again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class SavedViewQuerySet(models.QuerySet):
    """One's own, and those of others that were shared."""

    def visible_to(self, user):
        """One's own and what was shared, also by the installation; programs find what is shared."""
        return self.filter(Q(owner=user) | Q(is_shared=True)) if user else self.filter(is_shared=True)


class SavedView(models.Model):
    """A page with the window, filters and groups of its address. What it shows depends on who opens it."""

    name = models.CharField(max_length=80)
    page = models.CharField(max_length=60, editable=False, help_text="The name of the page's address.")
    person = models.CharField(
        max_length=30,
        blank=True,
        editable=False,
        help_text="The public id of whose page it is, of a person's page.",
    )
    query = models.CharField(max_length=1000, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views",
        help_text="Empty where it came with the installation.",
    )  # fmt: skip
    is_shared = models.BooleanField("shared", default=False, help_text="Everybody who may open the page finds it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "page", "person", "name"],
                name="analytics_savedview_name",
                violation_error_message="You already have a view of this name here.",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(is_shared=True),
                name="analytics_savedview_found_by_somebody",
                violation_error_message="A view without an owner is shared.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def address(self) -> str:
        """Raises NoReverseMatch where the page is gone."""
        return f"{reverse(self.page, args=[self.person] if self.person else [])}?{self.query}"
