"""The numbers of the checks, each with its reason."""

from datetime import timedelta

RECORDED_WITHIN = timedelta(days=7)  # a small shop records once a week; later is hearsay
CLOCKS_APART = timedelta(minutes=10)  # between a recorder's clock and the ledger's
PLACES_WITHIN = timedelta(minutes=5)  # no goods get from one business's site to another's in that time
SCANNED_APART_KM = 1_000  # on one day: goods in a parcel don't get that far, copies do
SCANS_A_THING = 30  # a buyer, a neighbour, a shop's staff; more people than that hold copies
SCANS_DAYS_AFTER_END = 1  # days in which a tag may still be scanned after its goods' end, by time zones
