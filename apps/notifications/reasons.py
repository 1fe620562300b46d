"""Why something was not sent, as it is stored: English, translated where it is shown."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

WECOM_BUSY = gettext_noop("WeCom is busy.")
TOO_OFTEN = gettext_noop("More than 20 messages in a minute.")
TOO_MANY_CALLS = gettext_noop("Too many calls at once.")
NOT_UNDERSTOOD = gettext_noop("WeCom does not understand the message.")
TOO_LONG = gettext_noop("The message is too long.")
NO_ROBOT = gettext_noop("The key is no robot's, or the robot was taken out of its group.")
ROBOT_OFF = gettext_noop("The robot was switched off in WeCom.")
NOT_IN_GROUP = gettext_noop("The robot is not in its group any more.")
DEAD = (NO_ROBOT, ROBOT_OFF, NOT_IN_GROUP)
"""Why a robot was switched off by itself; whoever switches one off by hand gives other words."""
UNKNOWN_CODE = gettext_noop("A code nobody knows.")
NO_ANSWER_UNDERSTOOD = gettext_noop("The answer is not WeCom's.")
NO_ANSWER = gettext_noop("No answer within the time limit.")
NO_CONNECTION = gettext_noop("The connection failed.")
PRIVATE = gettext_noop("The robot's address is private: refused.")
NO_SANDBOX = gettext_noop("A sandbox robot is not allowed here.")
NO_MAIL_SERVER = gettext_noop("No mail server is set (EMAIL_HOST).")
MAIL_HANGS = gettext_noop("The mail server does not answer in time.")
MAIL_REFUSES = gettext_noop("The mail server refuses the mail.")
MAIL_FAILED = gettext_noop("The mail server cannot be reached.")
NO_KEY = gettext_noop("The key cannot be opened: see CREDENTIAL_KEYS.")
BUDGET_USED = gettext_noop("All messages of this minute are used.")
QUIET_HOURS = gettext_noop("Quiet hours")
CHANNEL_OFF = gettext_noop("The channel was switched off.")
ACKNOWLEDGED = gettext_noop("Acknowledged before it was sent.")
NOBODY_FOR_A_DAY = gettext_noop("Nobody could be told for a day.")
NOBODY_WANTS_IT = gettext_noop("No channel wants notices of this severity.")


def reason_words(why: str, errcode: int | None = None) -> str:
    """Return a stored reason in the reader's language, with the vendor's code."""
    words = gettext(why) if why else ""
    return f"{words} ({errcode})" if words and errcode else words
