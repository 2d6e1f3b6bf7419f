"""The rooms behind the door: pages that need somebody signed in, each state of them, for the tests that look at every page."""
