"""The help centre as data: what is published, what is being written, and what readers found wrong with it."""

from dataclasses import dataclass

from helpninja.demo.people import DAVID, LISA, MIKE, SARAH, TOM, Person
from quality.enums import ArticleStatus, Audience, IssueKind


@dataclass(frozen=True)
class Text:
    """``age``: days since it was published; ``review_in``: days until somebody should read it again."""

    title: str
    topic: str
    body: str
    owner: Person
    audience: Audience = Audience.BOTH
    status: ArticleStatus = ArticleStatus.PUBLISHED
    language: str = "en"
    age: int = 90
    review_in: int = 120
    issues: tuple[tuple[IssueKind, str], ...] = ()


TEXTS = (
    Text(
        "Get a refund for unused time",
        "billing",
        "You may ask for a refund within **30 days** of a charge.\n\n"
        "1. Open *Settings → Billing → Invoices*.\n"
        "2. Choose the invoice, then **Ask for a refund**.\n"
        "3. Say from which day the product was not used any more.\n\n"
        "The money goes back to the same card in five to ten working days. Time that was used is not refunded; "
        "a yearly plan is refunded for its whole unused months.",
        SARAH,
    ),
    Text(
        "When a card payment fails",
        "billing",
        "We try a card again after one, three and seven days. Until then nothing is switched off.\n\n"
        "- Check the card's date and limit under *Settings → Billing → Payment method*.\n"
        "- Banks often ask for a confirmation of payments abroad: look for their message.\n"
        "- **Retry now** takes the payment at once.\n\n"
        "After three failed attempts the account is read-only; a payment opens it again within a minute.",
        SARAH,
        issues=((IssueKind.UNCLEAR, "Does read-only also stop the widget on our site?"),),
    ),
    Text(
        "Change your plan",
        "billing",
        "Owners change the plan under *Settings → Billing → Plan*.\n\n"
        "| Change | Takes effect | What you pay |\n|---|---|---|\n"
        "| Upgrade | at once | the difference for the days left |\n"
        "| Downgrade | with the next period | nothing now |\n"
        "| Monthly to yearly | at once | the year, less the days already paid |\n\n"
        "A downgrade deletes nothing: what the smaller plan does not include is hidden, not lost.",
        SARAH,
        review_in=-12,
        issues=((IssueKind.OUTDATED, "The Agency plan is missing from the table."),),
    ),
    Text(
        "Read your invoice",
        "billing",
        "Each invoice lists the plan, the seats, and *extra conversations* beyond those that the plan includes. "
        "Extra conversations are counted by calendar month and charged on the invoice that follows.\n\n"
        "To have a **VAT number** on the invoice, enter it under *Settings → Billing → Company* before the first "
        "of the month. Invoices that were sent already can be issued again once.",
        MIKE,
        issues=((IssueKind.MISSING_EXAMPLE, "An example invoice with its lines explained would help."),),
    ),
    Text(
        "Sign in without your second factor",
        "account-management",
        "Lost the phone that makes your codes?\n\n"
        "1. On the sign-in page choose **Use a recovery code**.\n"
        "2. Enter one of the ten codes that you saved when you switched the second factor on.\n"
        "3. Under *Profile → Security* remove the old phone and add the new one.\n\n"
        "Without recovery codes an owner of your account can reset the second factor under *Settings → Members*.",
        SARAH,
    ),
    Text(
        "Verify an owner before a change of ownership",
        "account-management",
        "Never on the word of the chat alone.\n\n"
        "- The request comes from the company's own domain.\n"
        "- An invoice number and the last four digits of the card are right.\n"
        "- The present owner is written to and has **two working days** to object.\n\n"
        "Doubts go to a supervisor; nothing is changed until then.",
        SARAH,
        audience=Audience.AGENTS,
        age=60,
    ),
    Text(
        "Invite colleagues and give them roles",
        "account-management",
        "Under *Settings → Members* choose **Invite**, enter the e-mail address and a role. The invitation is "
        "good for seven days and can be sent again.\n\n"
        "*Agents* answer chats, *admins* change settings, *owners* also see billing.",
        MIKE,
        age=45,
    ),
    Text(
        "The widget does not appear",
        "widget-setup",
        "1. Is the snippet on the page, before `</body>`? Look at the page's source for `helpninja.js`.\n"
        "2. Does the browser's console name a **Content Security Policy**? Then allow our host:\n\n"
        "```\nContent-Security-Policy: script-src 'self' https://widget.helpninja.example\n```\n\n"
        "3. Is the address of the page among the *allowed domains* of the brand?\n"
        "4. Ad blockers hide chat bubbles: try a private window.",
        LISA,
    ),
    Text(
        "Widget in several languages",
        "widget-setup",
        "The widget takes the language of the page's `lang` attribute, otherwise that of the browser.\n\n"
        "To set it yourself:\n\n```js\nhelpninja('boot', { brand: 'acme', language: 'es' });\n```\n\n"
        "Texts of each language are under *Settings → Widget → Languages*. A language without texts falls back to "
        "the brand's first one.",
        LISA,
        age=30,
    ),
    Text(
        "API answers 401",
        "technical-support",
        "A 401 says that the key was not accepted.\n\n"
        "- Send it as `Authorization: Bearer <key>`, without quotes.\n"
        "- Keys are revoked when their maker leaves the account: look under *Settings → API keys*.\n"
        "- Keys of the sandbox do not work in production.\n\n"
        "A **403** says that the key is right but lacks the scope; see the list of scopes of each endpoint.",
        DAVID,
        issues=(
            (IssueKind.INACCURATE, "Keys are no longer revoked when their maker leaves."),
            (IssueKind.MISSING_EXAMPLE, "Please add a curl call."),
        ),
    ),
    Text(
        "API integration times out",
        "technical-support",
        "Post messages in batches of at most **50**, and wait up to 30 seconds for the answer. Send the same "
        "`Idempotency-Key` when you try again: nothing is stored twice.\n\n"
        "On *429* wait for as long as `Retry-After` says.",
        DAVID,
        age=20,
    ),
    Text(
        "Connect HubSpot",
        "integrations",
        "1. Under *Integrations → HubSpot* choose **Connect** and sign in as a HubSpot admin.\n"
        "2. Choose which conversations are written to the contact: all, or those that people answered.\n"
        "3. New contacts are made by e-mail address; switch it off if you don't want that.\n\n"
        "If the sync stops, connect again: HubSpot ends connections whose user was deactivated.",
        LISA,
        review_in=9,
    ),
    Text(
        "Export conversations as CSV",
        "data-and-reporting",
        "Under *Reports → Export* choose the period (at most a quarter), the columns and the time zone. The file "
        "comes by e-mail, usually within five minutes.\n\n"
        "Numbers of two reports differ when their time zones differ, or when one counts conversations by their "
        "start and the other by their end.",
        TOM,
        issues=((IssueKind.FORMATTING, "The second part should have a heading of its own."),),
    ),
    Text(
        "Set up single sign-on",
        "account-management",
        "For the Enterprise plan, with any identity provider that speaks SAML 2.0.\n\n"
        "The assertion needs the *e-mail address* and the *groups*. Still to be written: the steps for Entra ID "
        "and Okta, and how to test with one user first.",
        SARAH,
        status=ArticleStatus.DRAFT,
    ),
    Text(
        "Facture et TVA",
        "billing",
        "Votre numéro de TVA se saisit sous *Paramètres → Facturation → Entreprise*. Il figure sur les factures "
        "suivantes.",
        MIKE,
        audience=Audience.CUSTOMERS,
        status=ArticleStatus.IN_REVIEW,
        language="fr",
    ),
)
