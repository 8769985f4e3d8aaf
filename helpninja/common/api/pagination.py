from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Newest first by default; views with another order say so in ``ordering``."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"
