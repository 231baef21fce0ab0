"""What watches a generated service from inside its process; `observer.py` starts it."""
