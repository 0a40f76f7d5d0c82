"""A program's dated file as sentences that a clinician can hold against the program's own document."""
