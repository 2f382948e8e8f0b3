def pre_init_hook(env):
    """Let the database compare a resource and a range of time in one constraint."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
