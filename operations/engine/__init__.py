"""The real Pulumi engine, driven through the Automation API."""
