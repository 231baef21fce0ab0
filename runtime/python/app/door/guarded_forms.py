"""Forms of those who may send them."""

from app.door.guard import GuardedRoute
from app.runtime.forms import FormRoute


class GuardedFormRoute(GuardedRoute, FormRoute):
    """A route whose guard is asked before anything of a form is read."""
