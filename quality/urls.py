from django.contrib import admin
from django.urls import path

from quality.views import (
    agent,
    articles,
    assignments,
    calibrations,
    cycles,
    hints,
    initiatives,
    mine,
    pipeline,
    review_cycles,
    reviewers,
    reviews,
    root_causes,
    team,
)
from quality.views.knowledge import knowledge

view = admin.site.admin_view
article_patterns = (
    [
        path("articles/", view(articles.find), name="find"),
        path("articles/panel", view(articles.panel), name="panel"),
        path("articles/<str:public_id>", view(articles.read), name="read"),
        path("articles/<str:public_id>/helped", view(articles.helped), name="helped"),
        path("articles/<str:public_id>/issues", view(articles.issue), name="issue"),
        path("articles/<str:public_id>/used", view(articles.used), name="used"),
        path("knowledge/", view(knowledge), name="knowledge"),
    ],
    "articles",
)

app_name = "quality"
urlpatterns = [
    path("hints/", view(hints.agreement), name="hints"),
    path("mine/", view(mine.own_reviews), name="mine"),
    path("reviews/<str:public_id>/", view(reviews.review), name="review"),
    path("escalations/<str:public_id>/review", view(reviews.start), name="start"),
    path("cycles/", view(cycles.cycles), name="cycles"),
    path("cycles/start", view(cycles.start), name="cycle-start"),
    path("cycles/<str:public_id>/", view(cycles.cycle), name="cycle"),
    path("cycles/<str:public_id>/notes", view(cycles.notes), name="cycle-notes"),
    path("cycles/<str:public_id>/state", view(cycles.change_state), name="cycle-state"),
    path("cycles/<str:public_id>/tasks/<str:task_id>", view(cycles.mark), name="cycle-task"),
    path("pipeline/", view(pipeline.board), name="pipeline"),
    path("pipeline/add", view(pipeline.add), name="pipeline-add"),
    path("pipeline/<str:public_id>/plan", view(pipeline.plan), name="pipeline-plan"),
    path("pipeline/<str:public_id>/draft", view(pipeline.draft), name="pipeline-draft"),
    path("pipeline/duplicates/<str:number>", view(pipeline.both_needed), name="pipeline-duplicate"),
    path("initiatives/", view(initiatives.initiatives), name="initiatives"),
    path("initiatives/<str:public_id>/", view(initiatives.initiative), name="initiative"),
    path("initiatives/<str:public_id>/status", view(initiatives.move), name="initiative-status"),
    path("initiatives/<str:public_id>/steps/<str:step_id>", view(initiatives.mark), name="initiative-step"),
    path("root-causes/", view(root_causes.root_causes), name="root-causes"),
    path("root-causes/<int:pk>/", view(root_causes.root_cause), name="root-cause"),
    path("root-causes/<int:pk>/gaps", view(root_causes.link), name="root-cause-gap"),
    path("", view(team.team), name="team"),
    path("agents/<str:public_id>/", view(agent.agent), name="agent"),
    path("reviews/", view(assignments.my_reviews), name="reviews"),
    path("assignments/<str:public_id>/start", view(assignments.start), name="assignment-start"),
    path("assignments/<str:public_id>/skip", view(assignments.skip), name="assignment-skip"),
    path("review-cycles/<str:public_id>/", view(review_cycles.review_cycle), name="review-cycle"),
    path("review-cycles/<str:public_id>/draw", view(review_cycles.draw), name="review-cycle-draw"),
    path("review-cycles/<str:public_id>/close", view(review_cycles.close), name="review-cycle-close"),
    path("reviewers/", view(reviewers.reviewers), name="reviewers"),
    path("calibrations/", view(calibrations.calibrations), name="calibrations"),
    path("calibrations/<str:public_id>/", view(calibrations.calibration), name="calibration"),
    path("calibrations/<str:public_id>/start", view(calibrations.start), name="calibration-start"),
    path("calibrations/<str:public_id>/close", view(calibrations.close), name="calibration-close"),
]
