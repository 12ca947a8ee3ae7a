"""Changes to messages and conversations: editing, reacting, typing, marking, sorting, groups."""
