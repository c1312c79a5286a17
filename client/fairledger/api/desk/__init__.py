"""The desk: pages for people who act, signed in by their token."""
