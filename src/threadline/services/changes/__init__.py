"""Changes of conversations and messages that the account's owner asks for."""
