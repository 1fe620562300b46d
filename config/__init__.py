"""The roof: settings, addresses, processes and the commands that know every app."""
