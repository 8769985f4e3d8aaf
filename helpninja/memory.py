"""What a server has loaded stays until it ends: Python's garbage collector need not look through it."""

import gc

from django.urls import get_resolver


def keep_what_is_loaded() -> None:
    """For servers, once all is loaded but the URLs, which this loads: the views' modules hang on them.

    Each full collection would stop all threads for some 0.2 s to find again that nothing of this is garbage, and
    one follows every 2,000 requests or so.
    """
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()
