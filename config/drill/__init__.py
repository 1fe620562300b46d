"""`make drill`: the whole life of parcels against the sandbox, step by step, with a verdict."""
