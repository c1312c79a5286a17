"""All application identifiers of GS1, a line each: codes, where they stand in a Digital Link, form, title.

Where they stand: ``key`` (begins the path; after the colon its qualifiers in order, alternatives after a bar; may be an
attribute of another key too), ``path`` (a qualifier), ``query`` (an attribute), ``both``, ``never`` (not in a link at
all). Forms are read by ``forms.Form``.

Sources: GS1 General Specifications, section 3; GS1 Digital Link URI Syntax 1.4, section 4; GS1 Barcode Syntax
Dictionary.
"""

from typing import Final

TABLE: Final = """
00         key               N18:digit                  SSCC
01         key:22,10,21|235  N14:digit                  GTIN
02         query             N14:digit                  GTIN of what is contained
03         never             N14:digit                  GTIN of a made-to-order item
10         both              X..20                      batch or lot
11         query             N6:date0                   production date
12         query             N6:date0                   due date
13         query             N6:date0                   packaging date
15         query             N6:date0                   best before
16         query             N6:date0                   sell by
17         query             N6:date0                   use by
20         query             N2                         product variant
21         path              X..20                      serial number
22         path              X..20                      consumer product variant
235        path              X..28                      third-party serial number
240-241    query             X..30                      further or customer's item number
242        query             N..6                       made-to-order variation
243        query             X..20                      packaging component number
250-251    query             X..30                      second serial number or source
253        key               N13:digit:prefix,X..17?    GDTI
254        path              X..20                      GLN extension
255        key               N13:digit:prefix,N..12?    GCN
30         query             N..8                       count of a variable item
3100-3105  query             N6                         net weight, kg
3110-3115  query             N6                         length, m
3120-3125  query             N6                         width, m
3130-3135  query             N6                         height, m
3140-3145  query             N6                         area, m²
3150-3155  query             N6                         net volume, l
3160-3165  query             N6                         net volume, m³
3200-3205  query             N6                         net weight, lb
3210-3215  query             N6                         length, in
3220-3225  query             N6                         length, ft
3230-3235  query             N6                         length, yd
3240-3245  query             N6                         width, in
3250-3255  query             N6                         width, ft
3260-3265  query             N6                         width, yd
3270-3275  query             N6                         height, in
3280-3285  query             N6                         height, ft
3290-3295  query             N6                         height, yd
3300-3305  query             N6                         gross weight, kg
3310-3315  query             N6                         logistic length, m
3320-3325  query             N6                         logistic width, m
3330-3335  query             N6                         logistic height, m
3340-3345  query             N6                         logistic area, m²
3350-3355  query             N6                         logistic volume, l
3360-3365  query             N6                         logistic volume, m³
3370-3375  query             N6                         kilograms a square metre
3400-3405  query             N6                         gross weight, lb
3410-3415  query             N6                         logistic length, in
3420-3425  query             N6                         logistic length, ft
3430-3435  query             N6                         logistic length, yd
3440-3445  query             N6                         logistic width, in
3450-3455  query             N6                         logistic width, ft
3460-3465  query             N6                         logistic width, yd
3470-3475  query             N6                         logistic height, in
3480-3485  query             N6                         logistic height, ft
3490-3495  query             N6                         logistic height, yd
3500-3505  query             N6                         area, in²
3510-3515  query             N6                         area, ft²
3520-3525  query             N6                         area, yd²
3530-3535  query             N6                         logistic area, in²
3540-3545  query             N6                         logistic area, ft²
3550-3555  query             N6                         logistic area, yd²
3560-3565  query             N6                         net weight, troy oz
3570-3575  query             N6                         net weight or volume, oz
3600-3605  query             N6                         net volume, qt
3610-3615  query             N6                         net volume, gal
3620-3625  query             N6                         logistic volume, qt
3630-3635  query             N6                         logistic volume, gal
3640-3645  query             N6                         net volume, in³
3650-3655  query             N6                         net volume, ft³
3660-3665  query             N6                         net volume, yd³
3670-3675  query             N6                         logistic volume, in³
3680-3685  query             N6                         logistic volume, ft³
3690-3695  query             N6                         logistic volume, yd³
37         query             N..8                       count of items contained
3900-3909  query             N..15                      amount payable, local currency
3910-3919  query             N3:currency,N..15          amount payable
3920-3929  query             N..15                      price of a variable item, local currency
3930-3939  query             N3:currency,N..15          price of a variable item
3940-3943  query             N4                         percentage off
3950-3955  query             N6                         price a unit of measure
400        query             X..30                      customer's order number
401        key               X..30:prefix               GINC
402        key               N17:digit:prefix           GSIN
403        query             X..30                      routing code
410-413    query             N13:digit:prefix           GLN of ship to, bill to, bought from, ship for
414        key:254|7040      N13:digit:prefix           GLN
415        key:8020          N13:digit:prefix           GLN of who invoices
416        query             N13:digit:prefix           GLN of the production or service
417        key:7040          N13:digit:prefix           party GLN
420        query             X..20                      postal code to ship to
421        query             N3:country,X..9            postal code to ship to, with country
422        query             N3:country                 country of origin
423        query             N3:country,N3:country?,N3:country?,N3:country?,N3:country? countries of first processing
424        query             N3:country                 country of processing
425        query             N3:country,N3:country?,N3:country?,N3:country?,N3:country? countries of disassembly
426        query             N3:country                 country of all processing
427        query             X..3                       subdivision of the country of origin
4300-4301  query             X..35:percent              company or contact to ship to
4302-4306  query             X..70:percent              address to ship to
4307       query             X2:country2                country to ship to
4308       query             X..30                      telephone of who is shipped to
4309       query             N10:latitude,N10:longitude place to ship to
4310-4311  query             X..35:percent              company or contact to return to
4312-4316  query             X..70:percent              address to return to
4317       query             X2:country2                country to return to
4318       query             X..20                      postal code to return to
4319       query             X..30                      telephone of who is returned to
4320       query             X..35:percent              service code, described
4321-4323  query             N1:yesno                   dangerous, may be left, to be signed for
4324-4325  query             N6:date0,N4:time          not before, not after, for delivery
4326       query             N6:date                    release date
4330-4333  query             N6,X1:hyphen?              highest or lowest temperature
7001       query             N13                        NATO stock number
7002       query             X..30                      meat cut
7003       query             N6:date,N4:time           expires at
7004       query             N..4                       active potency
7005       query             X..12                      catch area
7006       query             N6:date                    first frozen
7007       query             N6:date,N6:date?           harvested from, to
7008       query             X..3                       species in fishery
7009       query             X..10                      fishing gear
7010       query             X..2                       production method
7011       query             N6:date,N4:time?          to be tested by
7020       query             X..20                      refurbishment lot
7021       query             X..20                      functional status
7022       query             X..20                      revision status
7023       query             X..30:prefix               GIAI of an assembly
7030-7039  query             N3:country+,X..27          processor
7040       path              N1,X1,X1,X1:importer       unique identification code
7041       never             X..4                       freight unit type
710-717    query             X..20                      national healthcare number
7230-7239  query             X2,X..28                   certificate
7240       query             X..20                      protocol
7241       query             N2:media                   medium of the tag
7242       query             X..25                      version control number
7250       query             N8:date8                   born on
7251       query             N8:date8,N4:time          born at
7252       query             N1:sex                     biological sex
7253-7254  query             X..40:percent              name of a person
7255       query             X..10                      suffix of a name
7256       query             X..90:percent              full name
7257       query             X..70:percent              address of a person
7258       query             X3:birth                   place among those born
7259       query             X..40:percent              baby of
8001       query             N4:nonzero,N5:nonzero,N3:nonzero,N1:winding,N1 roll: width, length, core, winding, splices
8002       query             X..20                      mobile telephone number
8003       key               N1:zero,N13:digit:prefix,X..16?  GRAI
8004       key:7040          X..30:prefix               GIAI
8005       query             N6                         price a unit
8006       key:22,10,21      N14:digit,N4:piece         ITIP
8007       query             X..34:iban                 account number (IBAN)
8008       query             N6:date,N2:hour,N2:minute?,N2:second? produced at
8009       query             X..50                      optically readable sensor
8010       key:8011          Y..30:prefix               CPID
8011       path              N..12:nolead               CPID serial number
8012       query             X..20                      software version
8013       key               X..25:pair:prefix          GMN
8014       never             X..25:pair:prefix:nondigit MUDI
8017       key:8019          N18:digit:prefix           GSRN of a provider
8018       key:8019          N18:digit:prefix           GSRN of a recipient
8019       path              N..10                      service relation instance
8020       path              X..25                      reference of a payment slip
8026       query             N14:digit,N4:piece         ITIP of what is contained
8030       query             Z..90                      digital signature
8040-8041  never             N15                        IMEI
8042       never             N32                        embedded SIM
8043       never             N18,N..2?                  physical SIM
8110       query             X..70:coupon               coupon
8111       query             N4                         loyalty points
8112       query             X..70:offer                positive offer file
8200       never             X..70                      product's address
90         query             X..30                      agreed between partners
91-99      query             X..90                      of a company's own
"""
