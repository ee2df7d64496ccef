"""NetworkPolicy v1, decided: which pods reach which pods and addresses, on which ports."""
