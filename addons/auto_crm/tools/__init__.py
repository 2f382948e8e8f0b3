from . import website_request, working_time
