"""What a person does, in headless Chromium."""
