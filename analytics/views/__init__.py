from analytics.views.agent import agent, mine
from analytics.views.explore import explore
from analytics.views.exports import export_file, export_list, exports, remove_export, start_export
from analytics.views.feedback import add_theme, comments, decide_theme, feedback
from analytics.views.flow import flow
from analytics.views.insights import insights, top_insights
from analytics.views.nps import nps
from analytics.views.overview import overview
from analytics.views.panel import team_today_panel
from analytics.views.patterns import patterns
from analytics.views.rows import rows
from analytics.views.satisfaction import satisfaction
from analytics.views.saved import open_saved_view, remove_saved_view, save_current_view
from analytics.views.team import team

__all__ = [
    "add_theme",
    "agent",
    "comments",
    "decide_theme",
    "explore",
    "export_file",
    "export_list",
    "exports",
    "feedback",
    "flow",
    "insights",
    "mine",
    "nps",
    "open_saved_view",
    "overview",
    "patterns",
    "remove_export",
    "remove_saved_view",
    "rows",
    "satisfaction",
    "save_current_view",
    "start_export",
    "team",
    "team_today_panel",
    "top_insights",
]
