"""Articles of the demo shop in English: slug, topic, title, answer, keywords."""
# ruff: noqa: E501 (lines of data)

ARTICLES = [
    (
        "shipping",
        "orders",
        "Where we ship and how long it takes",
        "We ship to the United Kingdom, Ireland, every country of the European Union, Norway, Switzerland, the United "
        "States and Canada. Delivery takes 2 to 4 working days in the United Kingdom, 3 to 6 in Europe and 7 to 12 in "
        "North America. Furniture takes about a week longer, because a carrier arranges a time with you.",
        "ship ships shipping shipped send sends delivery deliver delivers delivering country countries international abroad overseas"
        " worldwide destination arrive arrival time times long fast express dispatch ireland europe germany france spain"
        " america usa canada norway switzerland australia brazil uk eu week weeks",
    ),
    (
        "shipping-costs",
        "orders",
        "What delivery costs",
        "Delivery is free for orders over 60 pounds or 70 euros. Below that it costs 4.95 in the United Kingdom, 7.95 in "
        "Europe and 19.95 in North America. Furniture costs 39 per delivery, however many pieces you order. You see the "
        "exact amount before you pay.",
        "cost costs price much shipping delivery deliver postage fee fees charge charges free ship expensive pay minimum"
        " customs duty duties import",
    ),
    (
        "tracking",
        "orders",
        "How to track a parcel",
        "As soon as your parcel leaves us we send you an e-mail with a tracking link. You also find it in your account under "
        "Orders. The first scan can take until the next working day. Or send me your order number here, and I will look.",
        "track tracking trace follow parcel package shipment status link number code carrier courier where",
    ),
    (
        "returns",
        "returns",
        "Returning something",
        "You can return anything unused within 30 days of delivery, for any reason. Start the return in your account under "
        "Orders, print the label and hand the parcel in at any drop-off point. Returns are free in the United Kingdom and the "
        "European Union; elsewhere you pay the postage. Gift cards and cut-to-size pieces cannot be returned.",
        "return returns returning send back sending bring mind changed unwanted label exchange exchanging swap replace size"
        " colour color unused wrong dont like anymore policy days fit",
    ),
    (
        "refunds",
        "payments",
        "When your refund arrives",
        "We refund you within 3 working days of the return reaching our warehouse, to the way you paid. Your bank may need "
        "another 2 to 5 working days to show it. We write to you when the refund has been sent.",
        "refund refunds refunded money back reimburse reimbursed reimbursement credited repay bank account waiting receive take takes long still week weeks",
    ),
    (
        "damaged",
        "returns",
        "Something arrived broken or is missing",
        "I am sorry to hear that. Send us a photo of the damage and of the box within 14 days, with your order number, and we "
        "send a replacement or refund you, as you prefer. You need not send the broken piece back. The same goes for a part "
        "that is missing or a wrong item.",
        "damaged damage broken broke break cracked crack scratched scratch dented smashed shattered defective faulty fault"
        " missing part parts incomplete wrong item items sent different parcel box arrived came received torn chipped pieces screws glass lamp chair plate plates",
    ),
    (
        "warranty",
        "products",
        "Warranty",
        "Everything we sell has a warranty of two years, lamps and furniture of five. It covers faults of material and making, "
        "not wear or accidents. Send us your order number and a photo, and we repair, replace or refund.",
        "warranty guarantee guaranteed covered cover coverage repair repairs stopped working years fault lasts broke after",
    ),
    (
        "payment",
        "payments",
        "How you can pay",
        "We take Visa, Mastercard and American Express, PayPal, Apple Pay, Google Pay and bank transfer. In the United Kingdom "
        "you can also pay in three instalments with Klarna, without interest. Your card is charged when you order.",
        "pay paying payment payments method methods card cards credit debit visa mastercard amex paypal apple google klarna"
        " instalments installments instalment bank transfer cash accept charged declined",
    ),
    (
        "invoice",
        "payments",
        "Getting an invoice",
        "Every order has an invoice with VAT: open the order in your account and choose Invoice. Need a company name or VAT "
        "number on it? Add them under Billing before you order, or send us the details within 30 days and we issue it again.",
        "invoice invoices receipt receipts bill billing vat tax company proof purchase document copy",
    ),
    (
        "change-order",
        "orders",
        "Cancelling or changing an order",
        "You can cancel or change an order until we start to pack it, usually for two hours: open it in your account and choose "
        "Change or Cancel. After that we can no longer stop it, but you can return it free of charge when it arrives.",
        "cancel cancelling cancellation cancelled change changing modify edit amend add remove item order ordered mistake wrong"
        " quantity stop accidentally twice",
    ),
    (
        "change-address",
        "orders",
        "Changing the delivery address",
        "Until the order is packed you can change the address in your account: open the order and choose Change address. If it "
        "is already on its way, use the tracking link: the carrier can redirect it or hold it at a pick-up point.",
        "change changing address addresses moved moving house wrong street postcode redirect delivery different typo update"
        " correct",
    ),
    (
        "gift-cards",
        "payments",
        "Gift cards",
        "Gift cards come by e-mail within minutes, for any amount from 10 to 500, and are valid for three years. Enter the code "
        "at the checkout to pay with one; what is left stays on the card. They cannot be returned or paid out.",
        "gift gifts card cards voucher vouchers certificate present code balance redeem expire valid birthday",
    ),
    (
        "store",
        "other",
        "Our shop and its opening hours",
        "Visit us at 14 Linden Row, London. We are open Monday to Saturday from 10 to 18 and Sunday from 11 to 16, and closed on "
        "public holidays. Orders can be collected free of charge from two hours after you place them.",
        "store stores shop showroom opening open opens hours close closes closed closing when sunday saturday weekend located"
        " location visit address city london collect collection pick pickup click person based physical",
    ),
    (
        "contact",
        "other",
        "How to reach us",
        "You are in the right place: write here any time, and ask for a person whenever you like. You can also e-mail "
        "care@shop.example or call +44 20 7946 0123, Monday to Friday from 9 to 17.",
        "contact reach email mail phone telephone number call calling write hours line support address team",
    ),
    (
        "account",
        "account",
        "Account and password",
        "Forgotten your password? Choose Forgotten password on the sign-in page and we send you a link that works for one hour; "
        "look in the spam folder too. You can change your e-mail, or close the account, under Settings. You can also order as a "
        "guest.",
        "account password login log sign signin forgot forgotten reset locked username email change delete close register"
        " registration profile guest settings access mail link",
    ),
    (
        "care",
        "products",
        "Caring for your things",
        "Oiled wood: wipe with a damp cloth and oil it twice a year. Linen covers: wash at 30 degrees and dry flat. Cast iron: no "
        "soap, dry it at once and rub in a little oil. Glass and glazed stoneware may go in the dishwasher; lamps only need dusting.",
        "care clean cleaning cleaner wash washing washable dishwasher wipe stain stains oil maintain maintenance wood wooden oak walnut table linen remove coffee wine"
        " cast iron pan polish machine chair cushion cover agent",
    ),
    (
        "bulk",
        "orders",
        "Trade and bulk orders",
        "From ten pieces, or as an architect, hotel or shop, you get trade prices: 10 to 25 percent off. Apply under "
        "shop.example/trade with your company details; we answer within two working days with an account and a quote.",
        "bulk trade wholesale business company hotel restaurant architect discount quantity quantities large many pieces"
        " quote reseller b2b corporate office prices",
    ),
    (
        "discounts",
        "payments",
        "Discount codes and offers",
        "Newsletter readers get 10 percent off the first order. Enter the code at the checkout, in the field Discount code. Only one "
        "code counts per order, and codes do not apply to gift cards. Sales are in January and July.",
        "discount discounts code codes coupon coupons promo promotion offer offers sale sales newsletter percent off"
        " student black friday deal cheaper",
    ),
    (
        "stock",
        "products",
        "Is it in stock?",
        "The product page shows what is in stock and when more arrives. Choose Tell me, and we write to you once it is back. We can "
        "also reserve a piece in the shop for 48 hours.",
        "stock available availability sold out restock back instock reserve again unavailable stool chair lamp size colour",
    ),
    (
        "assembly",
        "products",
        "Putting furniture together",
        "Chairs and tables come with tools and a guide with pictures, and take about 20 minutes. Guides can also be downloaded from "
        "the product page. In London our carrier can assemble your furniture for 29 per piece: choose it at the checkout.",
        "assemble assembly assembling assembled build building instructions manual guide tools put together screws mount install"
        " installation furniture table",
    ),
    (
        "bulbs",
        "products",
        "Bulbs and lamps",
        "All our lamps take a standard E27 bulb, up to 60 watts or the LED that matches; table lamps come with one. They work on "
        "220 to 240 volts. For North America we fit another plug at no cost: choose it on the product page.",
        "bulb bulbs lamp lamps light led e27 watt watts volt voltage plug socket dimmer dimmable fit fits included switch",
    ),
]
