"""The tests' cache."""

from django.core.cache.backends.locmem import LocMemCache


class TimelessCache(LocMemCache):
    """Forgets nothing while a test runs: how many queries a page takes must not depend on the machine's speed."""

    def get_backend_timeout(self, timeout=None):
        return None
