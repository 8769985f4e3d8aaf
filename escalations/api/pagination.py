from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from escalations.models import Escalation
from escalations.rows import iso
from helpninja.common.api.pagination import CursorPagination


class EscalationPagination(CursorPagination):
    """Those waiting come in the queue's order, the others the newest first.

    The cursor of the queue says where the page ended, also when the row that was there has moved since.
    """

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        self.last: Escalation | None = None
        self.in_queue = request.query_params.get("state") == "waiting"
        if not self.in_queue:
            return super().paginate_queryset(queryset, request, view)
        self.address, size = request.build_absolute_uri(), self.get_page_size(request) or 0
        cursor = request.query_params.get(self.cursor_query_param)
        if cursor:
            queryset = queryset.behind(*_place(cursor))
        rows = list(queryset.in_queue_order()[: size + 1])
        self.last = rows[size - 1] if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: list[Any]) -> Response:
        if not self.in_queue:
            return super().get_paginated_response(data)
        following = self.last and replace_query_param(self.address, self.cursor_query_param, _cursor(self.last))
        return Response({"next": following, "previous": None, "results": data})


def _cursor(last: Escalation) -> str:
    text = f"{last.queue_level} {last.public_id} {iso(last.first_response_due_at) or ''}"
    return urlsafe_b64encode(text.encode()).decode()


def _place(cursor: str) -> tuple[int, Any, int]:
    """Raises NotFound, as DRF does for a cursor that it did not make."""
    try:
        level, public_id, due = urlsafe_b64decode(cursor.encode()).decode("ascii").split(" ")
        pk = Escalation.objects.values_list("pk", flat=True).get(public_id=public_id)
        return int(level), parse_datetime(due) if due else None, pk
    except (NotBase64, ValueError, Escalation.DoesNotExist) as error:
        raise NotFound("Invalid cursor") from error
