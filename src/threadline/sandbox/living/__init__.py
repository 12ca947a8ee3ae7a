"""What goes on in the network: members act, answer and bustle, and the open streams are told."""
