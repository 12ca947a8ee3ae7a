"""Reaching people in the main API: InMail and its credits, and opening group chats."""
