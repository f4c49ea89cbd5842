"""Meta's Cloud API: the bodies it sends us, the requests we send it."""
