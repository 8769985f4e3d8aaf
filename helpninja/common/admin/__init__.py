"""What every list of the admin is built on, and the lists of this package's own rows."""

from helpninja.common.admin import audit, keys
from helpninja.common.admin.dialogs import dialog_done
from helpninja.common.admin.filters import MomentRangeFilter, moments_between
from helpninja.common.admin.policy import (
    ADMINS,
    LEADERS,
    NOBODY,
    MachineWrittenAdmin,
    Policy,
    PolicyAdmin,
    PolicyInline,
    PolicyMixin,
    PolicyTabularInline,
    ReadOnlyStackedInline,
    ReadOnlyTabularInline,
    ScopedFilter,
)
from helpninja.common.admin.secrets import SecretOnceMixin, secret_page

__all__ = [
    "ADMINS",
    "LEADERS",
    "NOBODY",
    "MachineWrittenAdmin",
    "MomentRangeFilter",
    "Policy",
    "PolicyAdmin",
    "PolicyInline",
    "PolicyMixin",
    "PolicyTabularInline",
    "ReadOnlyStackedInline",
    "ReadOnlyTabularInline",
    "ScopedFilter",
    "SecretOnceMixin",
    "audit",
    "dialog_done",
    "keys",
    "moments_between",
    "secret_page",
]
