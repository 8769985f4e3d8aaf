"""What customers write with their ratings."""

QUICK, UNDERSTOOD, NOT_REPEATED, EXACT, FOLLOWED_UP = range(5)
WAITED, NOT_UNDERSTOOD, EXPLAINED_AGAIN, PASSED_ON, UNRESOLVED, AI_FAILED = range(5, 11)

# Several ways to say the same, as people do.
COMMENTS = {
    QUICK: (
        "Really quick response once I asked for a person.",
        "Somebody answered within two minutes, thank you!",
        "Fast and friendly support.",
        "I didn't have to wait at all.",
        "Got a human quickly when I needed one.",
    ),
    UNDERSTOOD: (
        "{agent} understood my issue right away.",
        "Knew exactly what was wrong with our setup.",
        "Very knowledgeable, {agent} knew what I was talking about.",
        "Finally somebody who understood the problem.",
        "Impressive technical expertise.",
    ),
    NOT_REPEATED: (
        "Didn't have to repeat my question, {agent} had read everything.",
        "Great that I never had to explain it all again.",
        "They already knew the whole history of the chat.",
        "Picked up right where the bot left off.",
    ),
    EXACT: (
        "Exactly the help I needed.",
        "My problem was solved on the spot.",
        "Super helpful, everything works again.",
        "{agent} fixed the issue in no time.",
    ),
    FOLLOWED_UP: (
        "The follow-up the next morning was really helpful.",
        "Liked that {agent} checked back the day after.",
    ),
    WAITED: (
        "I had to wait far too long for an answer.",
        "It took ages until somebody came.",
        "Way too slow, I kept waiting in the queue.",
        "Good answer in the end, but I waited almost an hour.",
    ),
    NOT_UNDERSTOOD: (
        "The agent didn't really understand our webhooks.",
        "I got the wrong instructions at first.",
        "They did not grasp the technical side of it.",
    ),
    EXPLAINED_AGAIN: (
        "Had to explain my problem again from the start.",
        "I had to tell the same story twice.",
        "Why do I have to repeat everything I told the bot?",
    ),
    PASSED_ON: (
        "It took three different people to sort this out.",
        "I was passed around between departments.",
        "Several agents until one could help.",
    ),
    UNRESOLVED: (
        "Never got a final solution.",
        "The export is still failing.",
    ),
    AI_FAILED: (
        "Your AI should be able to answer this.",
        "The bot was going in circles.",
    ),
}
PRAISE = (QUICK, UNDERSTOOD, NOT_REPEATED, EXACT, FOLLOWED_UP)
CRITICISM = (WAITED, NOT_UNDERSTOOD, EXPLAINED_AGAIN, PASSED_ON, UNRESOLVED, AI_FAILED)
# Of the AI alone nobody says that an agent understood, or that somebody checked back.
ALONE = (
    "Nice, that did it.",
    "All good, thank you.",
    "Handy.",
    "Okay.",
)
ALONE_UNHAPPY = ("Not what I asked for.", "Hm, that was not it.", "I give up.", "Your AI should know this.")
# What only the newest window's customers bring up.
NEW = (
    "The API documentation is hard to find.",
    "Please improve the API documentation.",
    "I was looking for API documentation with examples.",
    "More API documentation on webhooks would be great.",
)
SMALL_TALK = ("Thanks!", "Thank you {agent}!", "All good now.", "Fine.", "Have a nice day.", "👍")
