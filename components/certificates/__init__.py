"""Who vouches for names: the platform's own authority, and a public one for public names."""
