"""The themes to start from, with the words by which customers speak of them."""

from django.db import migrations

FIRST_CONTACT = "Focus on first-contact resolution improvements"
# Name, tone, what to do, phrases.
THEMES = (
    (
        "Quick human response when needed",
        "positive",
        "",
        (
            "quick/fast/prompt/swift/rapid … response/reply/answer/help/human/person/agent/support/service",
            "respond/reply/answer … quick/fast/prompt/immediately/minutes/seconds",
            "human/person/someone/agent … quick/fast/immediately/straight/minutes/seconds",
            "not … wait",
            "right when … needed",
        ),
    ),
    (
        "Agent understood my issue immediately",
        "positive",
        "",
        (
            "understood/understand/grasped … issue/problem/question/situation/request/needed",
            "knew exactly/immediately/straight/right",
            "knew … talking",
            "knowledgeable/expert/expertise/competent",
        ),
    ),
    (
        "Didn't have to repeat my question",
        "positive",
        "",
        (
            "not … repeat",
            "not … explain … again/twice/over",
            "already … history/context/conversation/knew/read/seen",
            "knew … already/history/context",
            "picked up … where",
        ),
    ),
    (
        "Got exactly the help I needed",
        "positive",
        "",
        (
            "exactly … needed/wanted/after/looking",
            "solved/fixed/resolved/sorted … issue/problem/everything/completely/first",
            "issue/problem/everything … solved/fixed/resolved/sorted",
            "very/really/super/so/extremely helpful",
            "works/working now/again/perfectly",
        ),
    ),
    (
        "Follow-up was helpful",
        "positive",
        "",
        (
            "follow up … helpful/useful/great/nice/appreciated",
            "followed/checked … up/back/in … next/later/after/day",
        ),
    ),
    (
        "Had to wait too long for response",
        "constructive",
        "Bring waiting times down: look at hours and staffing",
        (
            "wait … long/hour/ages/forever",
            "took/take/taking … long/hour/ages/forever/while",
            "long … wait/queue",
            "too/so/very/really/painfully slow",
            "slow … response/reply/answer/support",
            "kept … waiting",
        ),
    ),
    (
        "Agent didn't understand my technical issue",
        "constructive",
        "Train agents in the technical topics behind it",
        (
            "not … understand/grasp",
            "misunderstood",
            "lacked … knowledge/technical/skills/experience",
            "not … technical … enough/knowledge/skills",
            "wrong … answer/solution/advice/instructions",
            "no idea/clue",
        ),
    ),
    (
        "Had to explain my problem again",
        "constructive",
        FIRST_CONTACT,
        (
            "explain/describe/tell/say … again/twice/times/over",
            "repeat … myself/everything/question/problem/issue/story",
            "same … question/information/details … again/twice",
        ),
    ),
    (
        "Took multiple people to resolve",
        "constructive",
        FIRST_CONTACT,
        (
            "multiple/several/three/four/many/different … agents/people/persons",
            "passed/transferred/handed/bounced … around/between/again/times/another",
        ),
    ),
    (
        "Never got a final resolution",
        "constructive",
        FIRST_CONTACT,
        (
            "not … resolved/solved/fixed/resolution/solution",
            "still … open/broken/unsolved/unresolved/failing/happening/not",
            "unresolved/unsolved",
        ),
    ),
    (
        "AI should have been able to help",
        "constructive",
        "Close the knowledge gaps that the AI fails on",
        (
            "AI/bot/chatbot/assistant … should",
            "AI/bot/chatbot/assistant … useless/wrong/confused/unable/circles/loop",
            "AI/bot/chatbot/assistant … not … help/answer/know",
            "not … needed … human/person/agent",
        ),
    ),
)


def install(apps, schema_editor):
    theme = apps.get_model("analytics", "FeedbackTheme")
    phrase = apps.get_model("analytics", "ThemePhrase")
    for order, (name, tone, advice, phrases) in enumerate(THEMES, start=1):
        made = theme.objects.create(name=name, tone=tone, advice=advice, order=10 * order)
        phrase.objects.bulk_create([phrase(theme=made, text=text) for text in phrases])
    apps.get_model("analytics", "ThemeRevision").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_feedback_themes")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
