"""The database backend of the portal: Django's own, with the cost of every request cut."""
