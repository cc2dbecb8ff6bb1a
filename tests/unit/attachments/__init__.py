"""What citizens send: told by content, and made to tell less."""
