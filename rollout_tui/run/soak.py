from .gates import soak_left as soak_left


def gaps(run, stage, now):
    return {}
