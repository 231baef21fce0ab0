"""What steps of a workflow do with values, and around them."""
