"""What people say whatever the matter is."""

HELLOS = ("", "", "", "Hi! ", "Hello, ", "Hi there, ", "Good morning. ", "Hey, ", "Hello team, ")
CLOSINGS = (
    "",
    "",
    "",
    " We are on the {plan} plan.",
    " Thanks in advance.",
    " It is a bit urgent.",
    " I could not find it in the help centre.",
    " My colleague has the same question.",
    " This is for {company}.",
)
MISSED = (
    "That did not help. ",
    "No, that is not it. ",
    "Hm, no. ",
    "I tried that already. ",
    "That's not what I mean. ",
)
ASKS_FOR_PERSON = (
    "I'd like to speak to a human, please.",
    "Can I talk to an agent about this?",
    "This goes in circles. Let me speak to a human.",
    "I need human help with this one.",
    "Please let me talk to an agent.",
)
SETTLED = (
    "Great, that worked, thanks!",
    "Found it, thank you.",
    "Perfect, thanks.",
    "That's it. Bye!",
    "OK, got it now.",
)
WELCOMES = ("You're welcome! Is there anything else?", "Glad to help. Have a good day!", "Happy to hear that!")
WHILE_WAITING = (
    "OK, I'll wait.",
    "Thanks.",
    "How long does it take?",
    "Is somebody there?",
    "Still here.",
    "All right.",
    "I have a meeting in 20 minutes, just so you know.",
)
GREETINGS = (
    "Hi {name}, this is {agent}. I've read what you wrote so far. ",
    "Hello {name}, {agent} here. ",
    "Hi {name}, I'm {agent} and I'll help you with this. ",
    "Thanks for waiting, {name}. {agent} here. ",
    "Good day {name}, {agent} speaking. ",
)
TAKES_OVER = (
    "Hi {name}, {agent} here, I'm taking this over from my colleague and know what was said. ",
    "Hello {name}, I'm {agent}. My colleague asked me to look at this with you. ",
)
AGENT_MORE = (
    "One moment, I'm looking at it.",
    "I've tried it on a test account and it works the same way there.",
    "Could you reload the page once more?",
    "I asked a colleague to confirm it, one more minute.",
    "Is there anything else I can do for you, {name}?",
    "I'll leave the conversation open until you've tried it.",
)
CUSTOMER_MORE = (
    "OK",
    "One second.",
    "Let me look.",
    "Yes.",
    "I see.",
    "Right, that was it.",
    "Hmm.",
    'It says "saved" now.',
    "On my way to the other computer.",
    "Just a moment, somebody is at the door.",
    "I'm writing it down.",
    "And for the other account as well?",
    "Ah, there it is.",
    "It is the same on my phone.",
    "Good to know.",
    "That makes sense.",
)
CUSTOMER_THANKS = (
    "Thank you so much!",
    "That solved it, thanks {agent}.",
    "Great help, have a nice day!",
    "Thanks, that is all.",
    "Perfect. Bye!",
)
CANCEL_REASONS = ("The conversation was closed.", "Customer left the chat")
TIER_REASONS = ("Needs access to the logs", "Deeper knowledge of the API needed", "Outside of what I may change")
TRANSFER_REASONS = ("Knows this customer", "End of my shift", "Belongs to their topic")
RELEASE_REASONS = ("End of my shift", "Called away", "Not my topic")
REOPEN_REASONS = ("Resolved by mistake", "The customer wrote that it still fails")
NOTES = (
    "Customer is on a call with their developer, answers may take a while.",
    "Same as last week's case, see there for the settings.",
    "Checked the account: nothing unusual in the last 30 days.",
    "Refund limit of my role is enough for this.",
    "Asked the product team whether this is intended.",
    "Documentation is unclear here, worth an article.",
)
RESOLUTION_NOTES = (
    "",
    "",
    "Done as agreed in the chat.",
    "Customer confirmed that it works.",
    "Explained and tested together.",
)
