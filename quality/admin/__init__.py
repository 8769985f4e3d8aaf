from quality.admin import article, article_issue, article_search, improvement, initiative

__all__ = ["article", "article_issue", "article_search", "improvement", "initiative"]
