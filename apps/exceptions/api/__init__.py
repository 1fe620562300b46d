"""The voice of the customer, as storefronts post and read it."""
