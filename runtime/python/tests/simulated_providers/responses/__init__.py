"""The Responses API: its requests, its conversations, its answers and their events."""
