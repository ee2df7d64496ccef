"""Where the platform's own services keep their records."""
