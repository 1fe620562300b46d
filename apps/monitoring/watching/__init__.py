"""The process that watches: judges, sends, and speaks also where PostgreSQL or Redis is gone.

docs/watching.md tells how it hangs together. Each module is one thing: `probes` ask a server with
a hard limit, `steps` run beside each other, `states` judges what the probes found,
`keepsake` is the sealed file of what must be known without PostgreSQL, `voice` says it, `watcher`
is the loop.
"""
