"""Numbers with right check digits, for the files of `samples/hazards`."""

UPS = "1Z999AA10123456784"
USPS = "9400111899255192744104"
FEDEX = "771820933116"
