"""What customers ask and the help centre does not say: the guide's "Most Requested Missing Topics"."""

from helpninja.demo.content.issue import Issue

GAP_ISSUES = (
    Issue(
        topic="technical-support",
        subject="Advanced API authentication",
        question="How do we rotate API keys for several service accounts without downtime?",
        again="I mean short-lived tokens for each service, not one key for all.",
        answers=(
            "I couldn't find an article on rotating keys of service accounts.",
            "There is nothing on that in my documents.",
        ),
        agent=(
            "Keys may overlap: make the new one, deploy it, then revoke the old one. How many services are it?",
            "Then one key each with its own scopes is best, I wrote down the steps for you.",
            "I asked for an article on it, you're not the first to need it.",
        ),
        customer=("Nine services.", "Those steps are what I was looking for.", "Please publish that."),
        missing="Advanced API authentication",
        weight=8,
    ),
    Issue(
        topic="integrations",
        subject="Custom webhook setup",
        question="How do we verify the signature of your webhooks in Go?",
        again="Your page shows only how to add the address.",
        answers=(
            "I know how to add a webhook, but not how to verify it in Go.",
            "I have no example for that.",
        ),
        agent=(
            "They follow Standard Webhooks: HMAC-SHA256 over id, time and body. Do you use the raw body?",
            "Then that is it: a framework that parses first changes the bytes. Here is a sample.",
            "Your endpoint answered 200 just now.",
        ),
        customer=("No, after parsing.", "Verified!", "That sample belongs into the docs."),
        missing="Custom webhook setup",
        weight=6,
    ),
    Issue(
        topic="account-management",
        subject="Enterprise SSO configuration",
        question="We want to use single sign-on with our identity provider. Where do we start?",
        again="Which attributes do you need in the SAML assertion?",
        answers=(
            "Single sign-on exists in the Enterprise plan, but I have no guide to its setup.",
            "I don't know the attributes that are needed.",
        ),
        agent=(
            "We need the e-mail address and the groups. Can you send me your metadata file?",
            "It's in. Please try it with one test user first.",
            "Then I switch it on for everybody at the time you name.",
        ),
        customer=("Attached.", "The test user is in.", "Tonight at 8 would be good."),
        category="account_changed",
        missing="Enterprise SSO configuration",
        weight=5,
    ),
    Issue(
        topic="data-and-reporting",
        subject="Data export automation",
        question="Can the monthly export run by itself and land in our storage?",
        again="By hand is what we want to get away from.",
        answers=(
            "I only know the export by hand.",
            "I can't find anything about automatic exports.",
        ),
        agent=(
            "It can be done with the API and a small job on your side. Do you have somewhere to run it?",
            "Here is a script that fetches the month before and writes one file a day.",
            "It is restartable, so a failed night does no harm.",
        ),
        customer=("Yes, we have a scheduler.", "It runs.", "Great help."),
        category="workaround",
        missing="Data export automation",
        weight=4,
    ),
    Issue(
        topic="widget-setup",
        subject="White-label customization",
        question="Our clients should not see your name anywhere in the widget. How is that done?",
        again="The footer is gone, but the e-mails still show your logo.",
        answers=(
            "I found how to change colours, but nothing on removing the name from e-mails.",
            "I'm sorry, I have no instructions for that.",
        ),
        agent=(
            "For e-mails it is a setting on our side. Which sender name and logo shall they have?",
            "Set, and I sent a test mail to you.",
            "Each of your brands can have its own.",
        ),
        customer=("Sent you both.", "Looks right.", "Thanks, our client is happy."),
        category="account_changed",
        missing="White-label customization",
        weight=3,
    ),
    Issue(
        topic="general-support",
        subject="Retention of chat transcripts",
        question="How long do you keep transcripts, and can we shorten it for one brand only?",
        again="For one brand, not for the whole account.",
        answers=(
            "I know the general retention, but not one for each brand.",
            "There is nothing in my documents on that.",
        ),
        agent=(
            "Per brand it is possible since last month. How many days do you need?",
            "Set to 90 days for that brand. It takes effect tonight.",
            "I'll have the help centre say so.",
        ),
        customer=("90 days.", "Perfect.", "Thank you!"),
        category="account_changed",
        missing="Retention of transcripts by brand",
        weight=4,
    ),
)
