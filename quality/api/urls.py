from django.urls import path
from rest_framework.routers import SimpleRouter

from quality.api import articles
from quality.api.reviews import ReviewViewSet

router = SimpleRouter(trailing_slash=False)
router.register("reviews", ReviewViewSet, basename="review")

urlpatterns = [
    *router.urls,
    path("articles", articles.ArticlesView.as_view(), name="api-articles"),
    path("articles/<str:public_id>", articles.ArticleView.as_view(), name="api-article"),
    path("articles/<str:public_id>/uses", articles.ArticleUsesView.as_view(), name="api-article-uses"),
    path("articles/<str:public_id>/issues", articles.ArticleIssuesView.as_view(), name="api-article-issues"),
]
