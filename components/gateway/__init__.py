"""The one way in: a Gateway, and the routes of teams behind it."""
