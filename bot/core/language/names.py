"""Names that headlines swap while all else stays: places, peoples, large firms, common family and given names.

Law: written down by hand, as stems, for two questions only: is a differing word a name, and is it a name that half the
window's stories hold? A capital and rarity answer the first for most names; these are common words by now, or stand in
headlines without any lower-case letter.
"""

from __future__ import annotations

from bot.core.language.stems import stem

_PLACES = """afghanistan africa albania algeria america angola argentina armenia asia athens atlanta auckland
australia austria azerbaijan bahrain bangladesh barcelona beijing belarus belgium berlin birmingham bolivia bosnia
boston brazil bristol britain brussels bulgaria cairo california cambodia cameroon canada cardiff chicago chile china
colombia colorado congo copenhagen crimea croatia cuba cyprus dallas damascus delhi denmark detroit dubai dublin
ecuador edinburgh egypt england estonia ethiopia europe finland florida france frankfurt gaza geneva georgia germany
ghana glasgow greece guatemala haiti hamburg hawaii helsinki honduras houston hungary iceland idaho illinois india
indiana indonesia iowa iran iraq ireland israel istanbul italy jakarta jamaica japan jerusalem johannesburg jordan
kabul kansas karachi kenya kentucky kiev korea kosovo kuwait lagos laos latvia lebanon leeds libya lisbon lithuania
liverpool london louisiana luxembourg madrid malaysia maine malta manchester maryland melbourne mexico miami michigan
milan minnesota mississippi missouri moldova montana montreal morocco moscow mosul mumbai munich myanmar nairobi
naples nepal netherlands nevada nigeria norway ohio oklahoma oman ontario oregon oslo oxford pakistan palestine panama
paraguay paris pennsylvania perth peru philadelphia philippines phoenix poland portugal prague qatar quebec rome
romania russia rwanda scotland seattle senegal seoul serbia shanghai sheffield singapore slovakia slovenia somalia
spain stockholm sudan sweden switzerland sydney syria taiwan tanzania tehran tennessee texas thailand tokyo toronto
tunisia turkey uganda ukraine uruguay utah vancouver venezuela vermont vienna vietnam virginia wales warsaw washington
wellington wisconsin wyoming yemen zambia zimbabwe zurich north south east west northern southern eastern western"""
_PEOPLES = """afghan african american argentine asian australian austrian belgian brazilian british bulgarian canadian
chilean chinese colombian cuban czech danish dutch egyptian english ethiopian european finnish french german greek
hungarian indian indonesian iranian iraqi irish israeli italian japanese jordanian kenyan korean kurdish kuwaiti
lebanese libyan malaysian mexican moroccan nigerian norwegian pakistani palestinian peruvian polish portuguese qatari
romanian russian saudi scottish serbian somali spanish sudanese swedish swiss syrian taiwanese thai tunisian turkish
ukrainian venezuelan vietnamese welsh yemeni"""
_FIRMS = """airbus alibaba amazon apple bmw boeing bp chevron chrysler cisco citi citigroup comcast disney exxon
facebook fedex fiat ford gm goldman google honda hp hsbc huawei ibm intel jpmorgan lenovo lg lufthansa mcdonalds
microsoft motorola nestle netflix nike nintendo nissan nokia nvidia oracle panasonic pepsi pfizer qualcomm renault
ryanair samsung shell siemens softbank sony sprint starbucks target tencent tesla toshiba toyota twitter uber verizon
vodafone volkswagen walmart xerox xiaomi yahoo zte"""
_PERSONS = """adams ahmed alexander ali allen anderson andrew anna anthony baker barbara bell brian brown bush
campbell carlos carter charles chen chris christopher clark clinton collins cook cooper cruz daniel david davis diana
diaz donald edward edwards elizabeth emma evans fernandez garcia george gomez gonzalez green hall hansen harris harry
helen henry hernandez hill hughes ivanov jack jackson jacob james jane jennifer jessica john johnson jones joseph juan
julia karen kelly kevin khan kim kumar laura lee lewis li linda lopez luis margaret maria mark martin martinez mary
matthew meyer michael michelle miller mitchell mohammed moore morgan morris muller murphy murray nancy nguyen obama
oliver olivia park parker patel patricia patrick paul perez peter petrov phillips ramirez rebecca reed richard roberts
robert robinson rodriguez rogers rossi ryan sanchez sandra sarah schmidt scott sharma silva simon singh smith stephen
steven stewart sullivan susan tanaka taylor thomas thompson torres trump turner victoria walker wang watson william
williams wilson wong wright yang young zhang"""

PLACES = frozenset(stem(word) for words in (_PLACES, _PEOPLES) for word in words.split())
FIRMS = frozenset(stem(word) for word in _FIRMS.split())
PERSONS = frozenset(stem(word) for word in _PERSONS.split())
PROPER_NAMES = PLACES | FIRMS | PERSONS
