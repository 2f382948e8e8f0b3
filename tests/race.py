"""What tests of races share: real processes with connections of their own."""

# Part of a script for `shop_server.shell`: one process loads Odoo, its children race.
RUN_RACE = """
import multiprocessing
from odoo import sql_db
from odoo.modules.registry import Registry


def run_race(racer, processes, timeout):
    # each child calls racer(number, barrier) and puts what it returns into the results
    name = env.cr.dbname
    env.cr.commit()
    sql_db.close_all()  # no connection may be shared with a child
    fork = multiprocessing.get_context("fork")
    barrier, queue = fork.Barrier(processes), fork.Queue()
    children = [
        fork.Process(target=lambda seed=seed: queue.put(racer(seed, barrier)))
        for seed in range(processes)
    ]
    for child in children:
        child.start()
    results = [queue.get(timeout=timeout) for _child in children]
    for child in children:
        child.join()
    return results, env(cr=Registry(name).cursor())  # the one it came with was closed
"""
