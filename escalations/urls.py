from django.contrib import admin
from django.urls import path

from escalations import views

app_name = "queue"
urlpatterns = [
    path("", admin.site.admin_view(views.queue), name="list"),
    path("snapshot", admin.site.admin_view(views.snapshot), name="snapshot"),
    path("<str:public_id>/", admin.site.admin_view(views.workspace), name="workspace"),
    path("<str:public_id>/snapshot", admin.site.admin_view(views.workspace_snapshot), name="workspace-snapshot"),
]
