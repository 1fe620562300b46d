"""The platform's HTTP face: routes by path, served by the sandbox's own process only."""
