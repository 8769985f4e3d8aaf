"""The words of the articles, by which they are searched; ``actions.indexing`` writes them.

Tables of our own instead of a database's full text: one search with one order of results on both databases.
"""

from django.db import models


class Term(models.Model):
    """A word that some article has or had."""

    text = models.CharField(max_length=80, unique=True)
    articles = models.PositiveIntegerField(default=0, help_text="How many have it.")

    def __str__(self):
        return self.text


class TermForm(models.Model):
    """What a term is found by: see ``decisions.words.forms_of``. A lookup is by equality alone."""

    form = models.CharField(max_length=80)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="forms")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "term"], name="quality_term_form_once")]

    def __str__(self):
        return self.form


class Posting(models.Model):
    """That an article has a word, and how much the word says of it: see ``decisions.words.weights``."""

    article = models.ForeignKey(
        "quality.Article", on_delete=models.CASCADE, related_name="postings", db_index=False
    )
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="postings", db_index=False)
    weight = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "term"], name="quality_posting_once")]
        indexes = [models.Index(fields=["term", "-weight", "article"], name="quality_posting_term")]

    def __str__(self):
        return f"{self.term_id} in {self.article_id}"
