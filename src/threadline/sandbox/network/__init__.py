"""The people, their history, and the state of the network as changes alter it."""
