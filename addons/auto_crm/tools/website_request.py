class WebsiteRequest(dict):
    """Values of a deal that a form of the website has sent: they make a request.

    A kind of object rather than a key of the context: a client sends any key with any
    call, an object of Python he cannot send.
    """
