"""Everything that touches a socket as a client; the only room that imports httpx."""
