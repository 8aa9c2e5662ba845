"""What a worker says, as commands: text, catalogue and time in, commands out; pure, and the same every time."""
