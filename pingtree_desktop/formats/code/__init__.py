"""A request as a command or program of another tool: each sends the same bytes again.

One module a language, `languages` lists them.  Left to every client are the headers that belong
to one connection (Host where it is the address's own, Content-Length, Connection,
Transfer-Encoding); each module says what else its client adds or cannot set.
"""
