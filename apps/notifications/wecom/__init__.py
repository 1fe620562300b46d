"""WeCom's group robots: bodies built and answers read without Django, and a thin client."""
