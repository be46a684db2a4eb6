"""The embedded simulator: answers on loopback as the wire facts document, and moves no money.

Its message wording is ours, not the vendor's; nothing may depend on it.  The rules are pure;
the server has a thread and an event loop of its own.
"""
