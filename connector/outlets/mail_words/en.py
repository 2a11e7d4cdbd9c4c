"""What our mails say in English."""

from __future__ import annotations

from connector.outlets.mail_words.words import Text, Words

WORDS = Words(
    texts={
        "invitation": Text(
            "Conversation on {day}",
            "You have a conversation on {day}.\nIt begins at {from_time} and lasts until {to_time}.\n\n"
            "The invitation for your calendar comes with this mail.\nYou cannot come? Answer this mail.",
        ),
        "cancellation": Text(
            "The conversation on {day} is off",
            "Your conversation on {day} at {from_time} is off.\nIt leaves your calendar.",
        ),
        "reminder.preparation": Text(
            "Prepare your conversation",
            "You have a conversation on {day} at {from_time}.\nPrepare it by {due}.\n\nYou do that here: {link}",
        ),
        "reminder.tomorrow": Text(
            "You have a conversation tomorrow",
            "Tomorrow, {day}, you have a conversation.\nIt begins at {from_time}.",
        ),
        "reminder.evaluation": Text(
            "A conversation still waits",
            "A conversation is still open.\nIt was due by {due}.\n\nSee here what you can do: {link}",
        ),
        "unplanned": Text(
            "Conversations without a moment",
            "We find no moment for {count} conversations.\nWhat you can do is here: {link}",
        ),
        "sync.waits": Text(
            "The connection {source} waits for you",
            "The connection {source} stopped before it wrote anything.\n"
            "More would change than may pass without your yes. "
            "It is about run {run}.\n\nSee here what would change, and choose: {link}",
        ),
        "credential.ends": Text(
            "The connection {source} stops on {day}",
            "The key with which the connection {source} logs in works up to and including {day}.\n"
            "Make a new one in that system. Put it in the settings, with its last day.\n\n"
            "All connections are here: {link}",
        ),
    },
    greeting=("Dear {name},", "Hello,"),
    foot="This mail was sent automatically by {employer}.",
    summary="Conversation",
    hour="{hour}:00",
    minute="{hour}:{minute}",
)
