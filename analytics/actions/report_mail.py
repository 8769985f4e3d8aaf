"""Reports as mails: text and HTML, with the files that were asked for."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from analytics.exporters import File
from analytics.metrics.reports.document import Document
from analytics.models import ReportRun
from helpninja.common.roles import Role

logger = logging.getLogger(__name__)


def send(*, run: ReportRun, document: Document, files: Iterable[File]) -> None:
    """One mail to all of its recipients. Raises what the mail server's refusal raises."""
    context = {"document": document, "address": address_of(run)}
    message = EmailMultiAlternatives(
        subject=document.title,
        body=render_to_string("analytics/reports/mail.txt", context),
        to=run.addresses,
        headers={"X-Report": run.public_id},
    )
    message.attach_alternative(render_to_string("analytics/reports/mail.html", context), "text/html")
    for file in files:
        message.attach(file.name, file.content, file.type)
    message.send()


def tell_of_failure(*, run: ReportRun, error: str) -> None:
    """To all admins with an address. That mail may fail for the same reason: the pages show the failure anyway."""
    addresses = [user.email for user in _admins() if user.email]
    context: dict[str, Any] = {"run": run, "error": error, "address": address_of(run)}
    message = EmailMultiAlternatives(
        subject=f"A report was not sent: {run}",
        body=render_to_string("analytics/reports/failure.txt", context),
        to=addresses,
    )
    try:
        message.send()
    except OSError:  # that of smtplib is one too
        logger.exception("The admins were not told that the report %s failed.", run.public_id)


def address_of(run: ReportRun) -> str:
    """Empty where nobody has said under which address people reach these pages."""
    path = reverse("analytics:report-run", args=[run.public_id])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else ""


def _admins() -> Any:
    is_admin = Q(groups__name=Role.ADMIN.value) | Q(is_superuser=True)
    return User.objects.filter(is_admin, is_active=True).distinct().order_by("pk")
