"""What can be done with articles and bills of material."""
