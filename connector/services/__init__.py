"""What a person or the clock asks for: one function per intent, called alike by pages, REST, commands and jobs.

Every public function takes the `Actor` first and the `Installation` second, asks permission before anything else, and
writes in one transaction with its outbox rows. It gives plain dataclasses, never database rows.
"""
