"""Private order data under warrant."""
