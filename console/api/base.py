"""What every address of the API has in common."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.pagination import Pages
from console.api.parsers import JSONParser
from console.tokens import BearerAuthentication


class ApiView(GenericAPIView[Any]):
    """A bearer token or the console's session; JSON in, JSON out; lists in pages."""

    authentication_classes = [BearerAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser]
    pagination_class = Pages

    def page_of(self, rows: Any) -> Response:
        """One page of these rows."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Nowhere(ApiView):
    """Every address below the API that there is not: JSON here too."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("The API has no such address; see /api/v1/schema/.")
