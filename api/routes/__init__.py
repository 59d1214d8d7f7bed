"""The HTTP routes, one file a resource; each offers ``routes(context) -> APIRouter``."""
