from quality.models.article import Article

__all__ = ["Article"]
