"""Technical support and integrations."""

from helpninja.demo.content.issue import Issue

TECHNICAL_ISSUES = (
    Issue(
        topic="technical-support",
        subject="API answers 401 since this morning",
        question="Since this morning all our API calls answer 401 although nobody changed the key.",
        again="The key is right, I copied it three times.",
        answers=(
            "A 401 means that the key is unknown or revoked. A technical colleague will look at the log.",
            "The log of your requests shows more than I can see.",
        ),
        agent=(
            "I see the calls: they carry a key that was revoked yesterday evening. Who manages your keys?",
            "I made a new key with the same rights, you find it in your account. Please put it into your server.",
            "The first calls answer 200 again, I'm watching them for a few minutes.",
        ),
        customer=("Our admin did a clean-up, that explains it.", "Deployed it.", "All green on our side."),
        category="fixed",
        intent="api_error",
    ),
    Issue(
        topic="technical-support",
        subject="API integration times out",
        question="Our integration runs into timeouts when it posts more than 50 messages at once.",
        again="It worked last week with the same volume.",
        answers=(
            "That needs a look at your request pattern. I'm asking a technical specialist to join.",
            "A specialist can see where the time goes.",
        ),
        agent=(
            "You post them one by one over new connections. Could you use the bulk endpoint with NDJSON?",
            "I sent you a sample with 500 lines a request. Your key may use it as it is.",
            "Your last bulk took 0.8 seconds for 400 messages.",
        ),
        customer=("I didn't know there is one.", "Trying it right now.", "That is so much faster. Thank you."),
        category="workaround",
        intent="api_error",
    ),
    Issue(
        topic="technical-support",
        subject="CRM sync stopped",
        question="The sync with our CRM stopped two days ago, new contacts no longer show up.",
        again="I reconnected it twice, same thing.",
        answers=(
            "A failing integration needs one of our technical colleagues.",
            "They can see the errors that the CRM gives.",
        ),
        agent=(
            'The CRM refuses our writes since a field became mandatory there: "Lead source". Do you know of that?',
            'I mapped the field to "Support chat" and started the sync again.',
            "All 212 contacts of the two days are through.",
        ),
        customer=("Sales added that, yes.", "They are coming in.", "Complete, great work."),
        category="fixed",
        intent="integration_failure",
    ),
    Issue(
        topic="technical-support",
        subject="Slack messages arrive twice",
        question="Every notification arrives twice in our Slack channel since we connected the second workspace.",
        again="I removed the second workspace and it is still double.",
        answers=(
            "That looks like two subscriptions for one channel; a colleague can remove one of them.",
            "I'm connecting you with technical support.",
        ),
        agent=(
            "There are indeed two subscriptions, the older one belongs to a former colleague. May I remove it?",
            "Removed. I sent a test message: did it come once?",
            "Good. The setting page will show all subscriptions from next week on.",
        ),
        customer=("Yes, remove it please.", "Once!", "Thanks."),
        category="fixed",
        intent="integration_failure",
    ),
    Issue(
        topic="technical-support",
        subject="Dashboard stays empty in one browser",
        question="The dashboard stays white in Firefox on our company laptops, in private windows it works.",
        again="Clearing the cache did not help, I tried that first.",
        answers=(
            "This sounds like an extension or a company policy, which takes some troubleshooting with a person.",
            "Let me bring in a technical colleague.",
        ),
        agent=(
            "Could you open the console with F12 and tell me the first red line?",
            "That is your content blocker: it takes our chart script for an ad. Here is a rule to allow it.",
            "We renamed the script, so that nobody runs into this again.",
        ),
        customer=("It says blocked by client.", "With the rule it works.", "Wow, thanks."),
        category="workaround",
        intent="complex_troubleshooting",
    ),
    Issue(
        topic="technical-support",
        subject="Pages load slowly",
        question="The conversation list takes ten seconds since yesterday. Is there a problem on your side?",
        again="It isn't our network, everything else is fast.",
        answers=(
            "There is no incident at the moment. A filter on many tags makes the list slow, try to remove it.",
            "Please try the list without any filter and tell me whether it is faster.",
        ),
        agent=(
            'Your list asks for all 40,000 conversations at once. Did somebody set the page size to "all"?',
            "I set it back to 50, could you load it again?",
            "Under a second here as well.",
        ),
        customer=("That may have been me.", "Much better!", "Sorry for the trouble, and thanks."),
        category="fixed",
    ),
    Issue(
        topic="technical-support",
        subject="Messages out of order",
        question="Some conversations show the messages in the wrong order. How is the order decided?",
        again="Our server sends the time in local time, is that the reason?",
        answers=(
            "Messages are ordered by the time they were sent, which your platform gives with a time zone.",
            "A time without a zone is taken as UTC.",
        ),
        agent=(
            "Yes, your times are five hours off: they lack the offset. Can you send them with +00:00 or -05:00?",
            "I can put the existing ones right: shall I move all of yesterday by five hours?",
            "Done, they read in the right order again.",
        ),
        customer=("We changed it, new ones have the offset.", "Yes, please.", "Looks right. Thank you."),
        category="fixed",
    ),
    Issue(
        topic="technical-support",
        subject="Attachments are refused",
        question="Our customers can't send screenshots in the chat, it says the file type is not allowed.",
        again="They are ordinary PNG files of 200 KB.",
        answers=(
            "Images are allowed up to 10 MB once attachments are turned on under Settings, Chat, Attachments.",
            "Please check that attachments are on for this channel, each channel has its own switch.",
        ),
        agent=(
            "Attachments are on for the web, but off for WhatsApp. Is it there that they fail?",
            "I turned them on for WhatsApp too.",
            "Your test picture arrived here.",
        ),
        customer=("Yes, exactly there.", "Just sent one.", "Works."),
        category="account_changed",
    ),
    Issue(
        topic="integrations",
        subject="Connect HubSpot",
        question="How do I connect HubSpot so that conversations show up on the contact?",
        again="It asks for a scope that I can't find in HubSpot.",
        answers=(
            "Open Settings, Integrations, HubSpot, Connect, and sign in with a HubSpot admin.",
            'The scope is called "crm.objects.contacts"; a HubSpot admin has to grant it.',
        ),
        agent=(
            "The scope appears only for super admins. Are you one in HubSpot?",
            "Then let us do it together with your admin: here is the link that asks for all scopes at once.",
            "Connected. The first conversations are on the contacts already.",
        ),
        customer=("No, but my boss is.", "She clicked it.", "I see them! Thanks a lot."),
        category="fixed",
    ),
    Issue(
        topic="integrations",
        subject="Zapier trigger does not fire",
        question="Our Zap on new conversations has not fired today. What could be wrong?",
        again="The Zap is on, and it fired yesterday.",
        answers=(
            "Check that the Zap is turned on and that the filter still fits. It may take 15 minutes.",
            "Turn the Zap off and on again, this renews the subscription.",
        ),
        agent=(
            "Zapier gave up after its server had answered 410 for an hour last night. Did you rename the Zap?",
            "I renewed the subscription from our side, please send a test conversation.",
            "It fired within two seconds.",
        ),
        customer=("We moved it to another folder.", "Sent one.", "It's there. Thank you!"),
        category="fixed",
    ),
    Issue(
        topic="integrations",
        subject="Shopify orders beside the chat",
        question="Can the chat show the customer's last Shopify orders to our agents?",
        again="We installed the app, but the panel stays empty.",
        answers=(
            "Yes: install the Shopify app, then turn on the order panel under Settings, Workspace.",
            "The panel finds orders by the customer's e-mail address; is it known in the chat?",
        ),
        agent=(
            "Your chat does not pass the e-mail address, so we find no order. Can you add it to the snippet?",
            "Here is the line with the e-mail address filled in for your theme.",
            "I see the orders for the last three visitors.",
        ),
        customer=("Where exactly does it go?", "Added it.", "It works, this is really useful."),
        category="workaround",
    ),
)
