"""Claims: the plain words in which people ask for an issue, and those that only sound like it."""

import pytest

from handlers.claims import may_ask_to_claim
from mentoring.claims import asks_to_claim

ASKS = """\
can I work on this?
Can I work on this issue?
Hi! I'd like to take this.
I’d like to take this one
I would love to work on this, if nobody else is.
may I take this issue
could you assign this to me
Could you please assign this issue to me?
Please assign me, thank you.
assign me
is this still available?
Is this issue still open?
Is this taken?
I want to work on this
I'll take it
I'll take this!
i will work on it
ill take this
id like to work on this please
I am interested in working on this issue.
I'm interested in this one
Hello, I am new here. I'd like to pick up this ticket as my first contribution.
If this is not taken, can I work on it?
It doesn't seem to be assigned, may I take it?
Nobody replied for a while – I can take this up.
I can fix this.
Can I give it a try?
Let me take this one 🙂
I'd be happy to tackle this bug and write a test for it
We would like to take this on for GSoC
Is it okay if I work on this?
Would you mind if I pick this up?
I am currently working on this
Could I be assigned?
Can I get this assigned?
I'd like\\nto work on\\nthis issue.
> Is anybody free?\\n\\nYes, I'll take it.
- I know Python\\n- I'd like to work on this
**Can I work on this?**
Is this still up for grabs?
""".splitlines()

DOES_NOT = """\
Thank you!
> can I work on this?
> I'd like to take this\\n\\nPlease go ahead!
`can I work on this?`
```\\ncan I work on this?\\n```
    can I work on this?
<!-- can I work on this? -->
You can work on this, of course.
Can you work on this?
Could you take this?
My friend would like to work on this.
I don't think I can work on this.
I can't take this, sorry.
I no longer want to work on this.
Unfortunately I can work on it only next year.
I'd like to take this opportunity to thank you.
I would like to know whether this works on Windows.
I'll take it for granted that it works.
I'll take that as a no.
I can fix this by restarting the server.
How can I fix this?
What can I do to fix it?
How do I work on this?
I want to work around this.
I'd like this to be fixed soon.
Is it open source?
Is this available in version 3.2?
Is this free of charge?
This is still available in the old version.
I tried this and it crashes.
I'll try this, thanks!
I'll take a look at this tomorrow.
It was assigned to me by mistake.
She asked me to assign it to Ada.
When I work on this file, the editor hangs.
I fixed this in my fork.
Somebody should work on this.
Who is working on this?
Let me know if you want to take this.
You may say `I'll take it` when you want it.
Does this still happen? I cannot reproduce it.

""".splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_these_ask_for_the_issue(text: str) -> None:
    said = text.replace("\\n", "\n")
    assert asks_to_claim(said)
    assert may_ask_to_claim(said)


@pytest.mark.parametrize("text", DOES_NOT)
def test_these_do_not(text: str) -> None:
    assert not asks_to_claim(text.replace("\\n", "\n"))
