"""What the program does, for the window and the terminal alike; async, no Qt."""
