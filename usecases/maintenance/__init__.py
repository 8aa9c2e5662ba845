"""What looks after an installation as a whole: proving it, and giving a demo its past."""
