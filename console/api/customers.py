"""A customer: who they are, how a channel names them (masked), and what they said about being written to."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.base import ApiView
from console.api.lookups import agent_of
from console.api.schema import read
from conversations.models import Consent, Conversation, Customer, Identity


class IdentitySerializer(serializers.ModelSerializer[Identity]):
    class Meta:
        model = Identity
        fields = ["kind", "masked", "scope", "valid_from", "valid_to"]
        read_only_fields = fields


class ConsentWordSerializer(serializers.ModelSerializer[Consent]):
    class Meta:
        model = Consent
        fields = ["kind", "source", "text_version", "at"]
        read_only_fields = fields


class ConsentSerializer(serializers.ModelSerializer[Customer]):
    history = ConsentWordSerializer(source="consents", many=True)

    class Meta:
        model = Customer
        fields = ["opted_in_at", "opted_out_at", "marketing_stopped_at", "history"]
        read_only_fields = fields


class CustomerDetailSerializer(serializers.ModelSerializer[Customer]):
    tier = serializers.CharField(source="tier_id")
    identities = serializers.SerializerMethodField()
    consent = ConsentSerializer(source="*")

    class Meta:
        model = Customer
        fields = ["id", "name", "username", "tier", "locale", "merged_into", "created_at", "identities", "consent"]
        read_only_fields = fields

    def get_identities(self, customer: Customer) -> list[dict[str, Any]]:
        """Current and past, the newest first; masked."""
        return [dict(IdentitySerializer(identity).data) for identity in customer.identities.order_by("-valid_from")]


class CustomerDetail(ApiView):
    """One customer of a conversation you may see."""

    serializer_class = CustomerDetailSerializer
    filter_backends: list[Any] = []

    @extend_schema(responses=read(CustomerDetailSerializer))
    def get(self, request: Request, customer_id: str) -> Response:
        seen = Conversation.objects.visible_to(agent_of(request)).values("customer")
        try:
            customer = Customer.objects.filter(pk__in=seen).get(pk=UUID(customer_id))
        except (ValueError, Customer.DoesNotExist) as error:
            raise NotFound("There is no such customer among those you may see.") from error
        return Response(CustomerDetailSerializer(customer).data)
