"""Billing and account management."""

from helpninja.demo.content.issue import Issue

ACCOUNT_ISSUES = (
    Issue(
        topic="billing",
        subject="Refund for an unused month",
        question="I was charged for last month although we had stopped using the product. Can I get a refund?",
        again="I don't need the policy, I need the money for last month back.",
        answers=(
            "Refunds are possible within 30 days of a charge. A colleague has to look at your invoice for that.",
            "Let me have somebody check the charge with you.",
        ),
        agent=(
            "I can see the charge of last month. Did anyone of your team still sign in after the 3rd?",
            "Understood. I have refunded the month in full, it takes three to five working days to arrive.",
            "You'll get the credit note by e-mail in a minute.",
        ),
        customer=(
            "No, we moved everything over on the 1st.",
            "Great, that was quick.",
            "Got the credit note, thanks.",
        ),
        category="money",
        intent="refund_request",
    ),
    Issue(
        topic="billing",
        subject="Payment failed twice",
        question="Our card payment failed twice and the account shows a warning. The card works elsewhere.",
        again="The card is fine. It is your payment page that refuses it.",
        answers=(
            "Card payments can fail when the bank asks for a confirmation. I'm handing this to billing.",
            "Billing can see the exact error from the bank.",
        ),
        agent=(
            "The bank refused because the billing address on file has an old postcode. Which one is right?",
            "Thanks, I corrected it and tried the charge again: it went through.",
            "The warning is gone from your account as well.",
        ),
        customer=(
            "We moved offices, it should be the new one from the invoice.",
            "Perfect.",
            "I can see it is paid now.",
        ),
        category="money",
        intent="payment_failure",
    ),
    Issue(
        topic="billing",
        subject="Move from monthly to yearly billing",
        question="We want to change our plan to yearly billing. What happens with the days already paid?",
        again="So what exactly would we pay if we switch today?",
        answers=(
            "Yearly plans come with two months free. A billing colleague will work out the remainder for you.",
            "The exact amount depends on your remaining days, billing will tell you.",
        ),
        agent=(
            "You have 11 days left this month, they are taken off the yearly price. Shall I switch it today?",
            "Done: yearly from today, and the 11 days are credited on the first invoice.",
            "The invoice is in your inbox.",
        ),
        customer=("Yes please, today is fine.", "And the seats stay the same?", "Wonderful, thank you."),
        category="account_changed",
        intent="plan_change",
    ),
    Issue(
        topic="billing",
        subject="Downgrade to Starter",
        question="We are fewer people now and would like to change to the Starter plan. Do we lose our data?",
        again="I only want to know what we would lose, and then downgrade.",
        answers=(
            "Plan changes are made by our billing team, they know what Starter keeps.",
            "One moment, billing will take over.",
        ),
        agent=(
            "Starter keeps all conversations, but reports go back only 90 days. Is that all right for you?",
            "I scheduled the change for the end of your billing period, you keep everything until then.",
            "You can still cancel the change in Settings until that day.",
        ),
        customer=("90 days is enough for us.", "Good, then please do it.", "Thanks for being so clear about it."),
        category="account_changed",
        intent="plan_change",
    ),
    Issue(
        topic="billing",
        subject="VAT number on the invoice",
        question="How do I get our VAT number onto the invoices?",
        again="I found the billing page, but there is no field for a VAT number on it.",
        answers=(
            "Open Settings, Billing, Company details and enter it there. It shows on the next invoice.",
            "The field appears once the country is set in Company details.",
        ),
        agent=(
            "The field is hidden while the country is empty. Which country should I set?",
            "I set it and added the field. Can you enter the number now?",
            "I issued last month's invoice again with the number on it.",
        ),
        customer=("Germany, please.", "Yes, I see it now.", "Exactly what we needed."),
        category="account_changed",
    ),
    Issue(
        topic="billing",
        subject="Understanding the invoice",
        question="Our invoice is higher than last month and I don't understand the line for extra conversations.",
        again="But we didn't have more conversations than before, so why the extra line?",
        answers=(
            "Your plan includes a number of conversations a month; those beyond it are billed extra.",
            "The usage page shows the conversations of each day, so that you can compare it with the invoice.",
        ),
        agent=(
            "I compared both months: a test bot of yours posted about 600 conversations. Is that still running?",
            "Then I take those off, they were clearly tests. The corrected invoice is on its way.",
            "To keep them out in future, give the test bot its own source.",
        ),
        customer=("Oh. Yes, our developer forgot to stop it.", "That is very kind.", "Will do."),
        category="money",
    ),
    Issue(
        topic="account-management",
        subject="Somebody signed in from another country",
        question="I got a mail about a sign-in from a country where we have nobody. Has our account been hacked?",
        again="It was not me! What do I do now?",
        answers=(
            "That is a matter for a person at once. Please don't share any password here.",
            "A colleague is looking at it right now.",
        ),
        agent=(
            "I ended all sessions of your account. Did you use the same password somewhere else?",
            "The sign-in read nothing but the overview. Please set a new password and a second factor.",
            "I sent you the list of all sign-ins of the last 30 days.",
        ),
        customer=(
            "Yes, unfortunately in an old shop.",
            "New password set, second factor is on.",
            "Thanks for acting so fast.",
        ),
        category="fixed",
        intent="security_concern",
    ),
    Issue(
        topic="account-management",
        subject="Delete our account",
        question="We are closing the company at the end of the month. Please delete our account and all data.",
        again="Everything has to go, customers' data as well.",
        answers=(
            "I'm sorry to hear that. Deleting an account needs a confirmation by a person.",
            "An account manager will confirm it with you.",
        ),
        agent=(
            "I'm sorry to see you go. Would you like an export of your conversations before the deletion?",
            "The export can be downloaded for 7 days, the deletion is set for the last of the month.",
            "You will get a confirmation when everything is erased.",
        ),
        customer=("An export would be good, yes.", "Downloaded it.", "Thank you, it was a good tool."),
        category="account_changed",
        intent="account_deletion",
    ),
    Issue(
        topic="account-management",
        subject="Data processing agreement",
        question="Our legal team asks for a signed data processing agreement and the list of your subprocessors.",
        again="The one on your website isn't signed.",
        answers=(
            "Compliance questions are answered by our account managers, I'm passing it on.",
            "They will send the signed version.",
        ),
        agent=(
            "I can send you the signed agreement today. To which address, and in whose name?",
            "Sent. The list of subprocessors is annex 2.",
            "We tell you 30 days ahead when the list changes.",
        ),
        customer=(
            "To legal, in the company's name please.",
            "Received, I'm forwarding it.",
            "That answers all of it.",
        ),
        category="answered",
        intent="compliance_question",
    ),
    Issue(
        topic="account-management",
        subject="Invite a colleague",
        question="How can I add a colleague to our account?",
        again="I invited her, but the mail never arrives.",
        answers=(
            "Open Settings, Members, Invite, and enter the e-mail address. The invitation is valid for 7 days.",
            "Please look in the spam folder, or send the invitation again from the members page.",
        ),
        agent=(
            "Our mail to her bounced. Could the address have a typing mistake?",
            "I corrected the address and sent it again just now.",
            "She is in, with the role of an editor.",
        ),
        customer=("Ah, there is a letter missing.", "It arrived!", "She can see everything, thanks."),
        category="fixed",
    ),
    Issue(
        topic="account-management",
        subject="Transfer the ownership of the account",
        question="The founder left and I should become the owner of our account. What do you need from me?",
        again="He can't confirm it himself, his mailbox is closed.",
        answers=(
            "The present owner can hand the account over under Settings, Account, Owner.",
            "Without the present owner we need a proof that you act for the company.",
        ),
        agent=(
            "A letter on the company's paper, signed by a director, is enough. Can you upload one here?",
            "Thank you, that is all I need. You are the owner now.",
            "The former owner's access is removed.",
        ),
        customer=("Uploaded it.", "I can see the billing page now.", "Brilliant, thanks."),
        category="account_changed",
    ),
    Issue(
        topic="account-management",
        subject="Lost the phone with the second factor",
        question="I lost my phone and can't sign in without the code from it.",
        again="I never wrote down any recovery codes.",
        answers=(
            "Use one of the recovery codes that you got when you turned on the second factor.",
            "Another owner of your account can reset the second factor for you.",
        ),
        agent=(
            "I'll call the number on your account to check it is you. Is that all right now?",
            "Thanks for confirming. The second factor is reset, you can sign in with the password.",
            "Please set it up again today, and keep the recovery codes this time.",
        ),
        customer=("Yes, I'm at my desk.", "I'm in again.", "Codes are in the safe now."),
        category="fixed",
    ),
)
