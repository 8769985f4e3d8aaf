from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.actions.customer_events import tell
from billing.api.serializers import CustomerEventInput, told_json
from helpninja.common.actors import Actor
from helpninja.common.api.idempotency import idempotent
from helpninja.common.api.permissions import allow
from helpninja.common.roles import Scope

MAX_EVENTS = 1000


class CustomerEventsView(APIView):
    """A key with the scope ingest tells what became of its customers: one event, or a list of up to 1,000.

    A list is stored as a whole or not at all. To send events again is safe: each is stored once.
    """

    permission_classes = [allow(scopes=(Scope.INGEST,))]

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="CustomerEvents",
            serializers=[CustomerEventInput, CustomerEventInput(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses=OpenApiTypes.OBJECT,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        is_list = isinstance(request.data, list)
        told = tell(
            source=Actor.of_request(request).key.source, said=_read(request.data, is_list), now=timezone.now()
        )
        rows = [told_json(one) for one in told]
        status = 201 if any(one.created for one in told) else 200
        return Response({"results": rows} if is_list else rows[0], status=status)


def _read(data: Any, is_list: bool) -> list[dict[str, Any]]:
    if is_list and not 0 < len(data) <= MAX_EVENTS:
        raise ValidationError({"": [f"Give from 1 to {MAX_EVENTS:,} events."]})
    serializer = CustomerEventInput(data=data, many=is_list)
    serializer.is_valid(raise_exception=True)
    return list(serializer.validated_data) if is_list else [serializer.validated_data]
