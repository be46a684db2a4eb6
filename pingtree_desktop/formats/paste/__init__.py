"""Requests from elsewhere, read from pasted text: nothing is run, opened, fetched or sent."""
