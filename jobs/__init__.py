"""When things happen: the timer, the due-work loop, the senders."""
