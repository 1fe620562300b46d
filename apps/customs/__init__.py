"""Customs: products and their HS codes, consignments, the declarations that follow from them."""
