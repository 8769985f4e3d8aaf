from django.contrib import admin
from django.urls import path

from escalations import views
from escalations.views import rules, tuning

view = admin.site.admin_view
rule_patterns = (
    [
        path("tuning", view(tuning.tune), name="tuning"),
        path("<int:pk>/try", view(rules.try_rule), name="try"),
        path("<int:pk>/backtests", view(rules.backtests), name="backtests"),
        path("backtests/<str:public_id>", view(rules.backtest), name="backtest"),
        path("backtests/<str:public_id>/progress", view(rules.backtest_progress), name="backtest-progress"),
        path("backtests/<str:public_id>/cancel", view(rules.cancel), name="backtest-cancel"),
    ],
    "rules",
)

app_name = "queue"
urlpatterns = [
    path("", admin.site.admin_view(views.queue), name="list"),
    path("snapshot", admin.site.admin_view(views.snapshot), name="snapshot"),
    path("notices", admin.site.admin_view(views.own_notices), name="notices"),
    path("<str:public_id>/", admin.site.admin_view(views.workspace), name="workspace"),
    path("<str:public_id>/snapshot", admin.site.admin_view(views.workspace_snapshot), name="workspace-snapshot"),
]
