from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("explore/", views.explore, name="explore"),
    path("rows/", views.rows, name="rows"),
    path("views/", views.save_current_view, name="save-view"),
    path("views/<int:pk>/", views.open_saved_view, name="saved-view"),
    path("views/<int:pk>/remove", views.remove_saved_view, name="remove-view"),
    path("team-today", views.team_today_panel, name="team-today"),
]
