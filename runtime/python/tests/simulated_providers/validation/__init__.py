"""What OpenAI checks in a request before any model sees it; one module per part of the request."""
