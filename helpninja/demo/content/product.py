"""Widget setup, data and reporting, feature requests, general support."""

from helpninja.demo.content.issue import Issue

PRODUCT_ISSUES = (
    Issue(
        topic="widget-setup",
        subject="Widget does not appear",
        question="I put the snippet on our site, but the chat bubble does not appear.",
        again="It is in the footer of every page, I checked the source.",
        answers=(
            "The snippet must stand before the closing body tag, and your domain on the allow-list.",
            "Please add the domain with and without www under Settings, Widget, Domains.",
        ),
        agent=(
            "Your site sends a content security policy that blocks us. Can you change the headers?",
            "Then add this one host to script-src and connect-src, I've written the line for you.",
            "I can see the bubble on your home page.",
        ),
        customer=("Our developer can.", "He added it.", "There it is!"),
        category="fixed",
    ),
    Issue(
        topic="widget-setup",
        subject="Change the widget's colours",
        question="How can I change the colours of the widget to our brand?",
        again="The header changed, the button did not.",
        answers=(
            "Under Settings, Widget, Appearance you choose the main colour; the button follows it.",
            "The button has its own colour under Advanced once it was changed by hand.",
        ),
        agent=(
            "Somebody set the button by hand before. Shall I clear that, so that it follows the main colour?",
            "Cleared. Please reload your page.",
            "You can save the look as a theme for your other sites.",
        ),
        customer=("Yes please.", "Now it matches.", "Nice, thank you."),
        category="answered",
    ),
    Issue(
        topic="widget-setup",
        subject="Widget in two languages",
        question="Our shop is in English and Spanish. How does the widget know which one to use?",
        again="It always comes up in English, also on the Spanish pages.",
        answers=(
            "The widget takes the language from the page's lang attribute, or the one in the snippet.",
            'Please look whether the Spanish pages say lang="es".',
        ),
        agent=(
            'Your theme writes lang="en" on all pages. Can you edit the theme?',
            "Then I'll show you how to set the language in the snippet instead.",
            "The Spanish page greets in Spanish now.",
        ),
        customer=("No, it is a bought one.", "That was easy.", "Perfecto!"),
        category="workaround",
    ),
    Issue(
        topic="widget-setup",
        subject="Hide the widget on the checkout page",
        question="We don't want the chat on the checkout page. Can it be hidden there?",
        again="The rule is saved, but the bubble is still there.",
        answers=(
            'Yes: Settings, Widget, Pages, add a rule "hide on" with the path of the page.',
            "Rules compare the path only; leave out the domain.",
        ),
        agent=(
            "The rule has the whole address in it. I shortened it to /checkout, may I save it?",
            "Saved. It takes a minute until all visitors have it.",
            "Gone on my side.",
        ),
        customer=("Go ahead.", "Gone here too.", "Thanks!"),
        category="fixed",
    ),
    Issue(
        topic="data-and-reporting",
        subject="Export conversations as CSV",
        question="How can I export all conversations of the last quarter as CSV?",
        again="The export stops at 10,000 rows.",
        answers=(
            "Open Conversations, choose the period and press Export. The file comes by e-mail.",
            "Large exports are split by month, please choose one month at a time.",
        ),
        agent=(
            "I can run the whole quarter for you. Do you need the messages or only the conversations?",
            "It is running, about 26,000 rows. I'll send the link when it is done.",
            "The link is in your inbox and works for 7 days.",
        ),
        customer=("With messages, please.", "No hurry.", "Downloaded, thank you."),
        category="answered",
    ),
    Issue(
        topic="data-and-reporting",
        subject="Numbers differ between two reports",
        question="The weekly report says 412 conversations, the dashboard 398. Which one is right?",
        again="Both are set to the same week.",
        answers=(
            "The report counts by the start of a conversation, the dashboard may be filtered by channel.",
            "Please compare the time zones of both, a week begins at another moment in each zone.",
        ),
        agent=(
            "The report uses UTC, your dashboard New York. The 14 of Sunday evening make the difference.",
            "I set the report to New York time as well. Please run it again.",
            "398 in both.",
        ),
        customer=("Oh, I see.", "Running it.", "Same numbers now. Thanks for explaining."),
        category="fixed",
    ),
    Issue(
        topic="data-and-reporting",
        subject="Satisfaction by agent",
        question="Can I see the satisfaction of each agent over time?",
        again="I only find the average of the team.",
        answers=(
            "Yes, under Analytics, Team, with the filter for the agent.",
            "The chart over time needs at least five ratings in the period.",
        ),
        agent=(
            "Your role sees the team only. Shall I ask your admin to give you the supervisor's view?",
            "She agreed, please sign in again.",
            "Under Analytics, Team you find one line for each agent now.",
        ),
        customer=("Yes, please ask her.", "I see it.", "Exactly that."),
        category="account_changed",
    ),
    Issue(
        topic="feature-requests",
        subject="Dark mode for the chat widget",
        question="Is there a dark mode for the widget? Our whole site is dark.",
        again="I mean one that follows the visitor's system.",
        answers=(
            "You can choose dark colours under Settings, Widget, Appearance.",
            "Following the system is not possible today.",
        ),
        agent=(
            "It is on our list. May I add your site as a case?",
            "Added, you'll get a note when it comes. For now a second theme by a line of CSS can do it.",
            "I've put the CSS into this chat for you.",
        ),
        customer=("Sure.", "I'll try the CSS.", "Good enough for now, thanks!"),
        category="passed_on",
    ),
    Issue(
        topic="feature-requests",
        subject="Schedule replies",
        question="Can our team write a reply in the evening that goes out the next morning?",
        again="A draft is not the same, somebody would have to be there.",
        answers=(
            "Replies go out at once; a draft can be kept until the morning.",
            "There is no scheduling yet.",
        ),
        agent=(
            "You're right, it does not exist. How many of your replies would that be?",
            "Thanks, that helps to weigh it. I noted it with your numbers.",
            "I'll write to you when it gets a date.",
        ),
        customer=("About ten an evening.", "Please do.", "Fair enough, thanks."),
        category="passed_on",
    ),
    Issue(
        topic="general-support",
        subject="Where to find the opening hours",
        question="When is your support team there? I need somebody on Saturday.",
        again="Is it the same on public holidays?",
        answers=(
            "The team is there from Monday to Friday, 9 AM to 8 PM New York time, and on call at other times.",
            "On public holidays somebody is on call for urgent matters.",
        ),
        agent=(
            "On Saturday two of us are here from 10 to 6. Is there something special planned?",
            "Then I'll put a note on your account, so that they expect you.",
            "Good luck with the launch!",
        ),
        customer=("We go live on Saturday.", "That is great service.", "Thank you!"),
        category="answered",
    ),
    Issue(
        topic="general-support",
        subject="Difference between the plans",
        question="What is the difference between Pro and Agency?",
        again="The page does not say how many sites Pro may have.",
        answers=(
            "Agency has several brands and white-label, Pro one brand and all integrations.",
            "Pro is for one site and its subdomains.",
        ),
        agent=(
            "How many sites do you look after? Then I can tell you which is cheaper.",
            "With four sites Agency is cheaper from the second month on.",
            "I put a comparison with your numbers into an e-mail.",
        ),
        customer=("Four at the moment.", "That is clear.", "Thanks, I'll talk to my partner."),
        category="answered",
    ),
    Issue(
        topic="general-support",
        subject="Training for new colleagues",
        question="Do you have a training for people who are new to the product?",
        again="We'd rather have it live, with our own data.",
        answers=(
            "There are twelve short videos in the help centre, about an hour altogether.",
            "A live training can be booked from the Pro plan on.",
        ),
        agent=(
            "I can offer Thursday at 11 for up to eight people. Does that fit?",
            "Booked. Everybody gets an invitation with the link.",
            "We'll use a copy of your account, so that nothing can go wrong.",
        ),
        customer=("Thursday is good, there are five of us.", "Received it.", "Looking forward to it."),
        category="answered",
    ),
    Issue(
        topic="general-support",
        subject="Change the language of the interface",
        question="How do I switch the interface to French for one of our colleagues?",
        again="She only gets English and German.",
        answers=(
            "Each member chooses the language under Profile, Preferences.",
            "French is being rolled out, it may not be on your account yet.",
        ),
        agent=(
            "French is ready for your region, I turned it on. Could she sign in again?",
            "If something reads odd, she can tell us with the flag beside the text.",
            "Glad it works.",
        ),
        customer=("She tries it now.", "She says merci!", "That's all."),
        category="account_changed",
    ),
)
