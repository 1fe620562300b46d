"""Customs for storefronts: products and declarations."""
