"""Our own checks, which settings.MODERATION_CHECKS names: patterns for what lets strangers find a family, and for words of despair.

Pure: a text in, findings out. A false alarm hurts whoever is told that a moderator has to look first, and a miss can hurt a child. Where the
two pull apart, a number needs something that makes it a telephone number (a country code, a leading zero, the word "call"), and a name needs
capital letters and "my daughter". Doses, dates, trials, helplines and the addresses of hospitals and organisations pass.
tests/moderation/test_checks.py lists what is held, what passes, and what is known to be missed.
"""
