"""Pages, the fragments they fetch, and the verbs of the desk over HTTP."""
