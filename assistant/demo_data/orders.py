"""Orders of the demo shop. Days count from the day the demo is set up; negative `expected_in_days` is past."""

TRACK = "https://track.shop.example/"

#: number, customer key, status, items, days ago, expected in days, has a tracking link
ORDERS = [
    ("B-10234", "maya", "shipped", "Alder table lamp, 2 linen cushions", 4, 2, True),
    ("B-10198", "maya", "delivered", "Cast iron pan 26 cm", 31, None, True),
    ("B-10241", "jonas", "paid", "4 Rowan dining chairs", 1, 9, False),
    ("B-10175", "jonas", "returned", "Birch stool", 45, None, False),
    ("B-10229", "lucia", "shipped", "Stoneware set for six", 9, -2, True),
    ("B-10237", "omar", "delivered", "Hazel floor lamp", 6, None, True),
    ("B-10243", "priya", "paid", "Linen tablecloth, 6 napkins", 0, 6, False),
    ("B-10211", "rafael", "cancelled", "Walnut chopping board", 12, None, False),
    ("B-10232", "rafael", "shipped", "20 Rowan dining chairs", 5, 4, True),
    ("B-10239", "dewi", "shipped", "Glass carafe, 4 tumblers", 3, 5, True),
    ("B-10220", "noor", "delivered", "Oak bedside table", 14, None, True),
    ("B-10244", "noor", "paid", "Alder table lamp", 0, 7, False),
]
