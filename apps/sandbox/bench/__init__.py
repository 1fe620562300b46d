"""What the sandbox promises about its speed, measured in worlds of real size."""
