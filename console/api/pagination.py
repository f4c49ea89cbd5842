"""Pages of a list: `?page=2&page_size=200`."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """50 to a page unless `page_size` asks for another number, 200 at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
