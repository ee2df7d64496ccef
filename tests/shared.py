"""What a run's processes have in common, for which nothing else must be loaded."""

SHARED = "ML_PLATFORM_TESTS_SHARED"
"""Names the folder that all processes of a test run share."""
