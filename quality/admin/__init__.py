from quality.admin import improvement, initiative

__all__ = ["improvement", "initiative"]
