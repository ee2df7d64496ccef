"""Who may talk to whom: endpoints that are published, policies that follow from needs."""
