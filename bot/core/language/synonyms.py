"""Words that headline writers use for one another: two reports of one event rarely choose the same.

Law: groups of stems, written down by hand; the first word stands for its group when *stories* are recognised. Copies
are recognised by the words as they stand: there, a synonym is a difference.
"""

from __future__ import annotations

from bot.core.language.stems import stem

_GROUPS = """kill slay murder die fatal fatality deadly
injure wound hurt maim
fire blaze inferno wildfire
explosion blast explode detonate
crash collision collide smash wreck pileup
earthquake quake tremor aftershock
flood deluge inundate
storm hurricane typhoon cyclone gale tempest
ship boat ferry vessel tanker freighter trawler
capsize overturn sink founder
plane jet aircraft airliner aeroplane airplane
car vehicle automobile
truck lorry
train rail railway
police officer constable detective trooper
arrest detain custody nab
jail prison imprison inmate prisoner
court judge tribunal judicial
verdict ruling rule
lawsuit sue suit litigation
law legislation bill statute
ban outlaw prohibit forbid
fine penalty penalise
probe inquiry investigation investigate enquiry
watchdog regulator regulatory
minister secretary
lawmaker mp senator congressman congresswoman legislator
parliament legislature
vote ballot poll election elect
resign quit stepdown resignation
sack oust dismiss axe
hire appoint recruit
cut slash reduce trim lower
layoff redundancy job jobless
raise hike increase boost
rise climb gain advance
soar surge jump leap rocket
fall drop decline slip dip slide
plunge tumble plummet slump
profit earnings income
revenue sales turnover
share stock equity
company firm corporation
takeover acquire acquisition buy purchase
merger merge combine
deal agreement pact accord treaty
bankrupt insolvency insolvent administration
launch unveil introduce debut release
phone smartphone handset
app application
tv television
movie film
singer pop star
doctor physician medic
hospital clinic
vaccine jab immunise inoculation
disease illness sickness
virus infection outbreak
scientist researcher study research
discover find uncover
child kid youngster
teen teenager adolescent youth
woman lady
man guy bloke
baby newborn infant
mother mom mum
father dad
husband spouse
wedding marry marriage
engagement engage betrothal
divorce split separate
pregnant expecting
army troop soldier military
rebel insurgent militant fighter
terrorist jihadist jihadi extremist
isis isil daesh
hostage captive
behead decapitate
airstrike bombing bombard
ceasefire truce armistice
refugee migrant asylum
protest demonstration rally demonstrate
riot unrest
strike walkout stoppage
union labour
teacher educator
student pupil
school classroom
university college campus
church parish
team side squad
coach manager
match game fixture
win beat defeat victory triumph
lose loss
goal score
final decider
champion title championship
tournament cup
injury sidelined
contract extension
sign signing
transfer loan
rocket spacecraft
space nasa orbit
planet exoplanet
marijuana cannabis pot weed
drug narcotic
hack hacker breach cyberattack
outage downtime
privacy surveillance spy
tax levy
budget spending
bank lender
rate interest
warn caution alert
deny refute reject
claim allege say
confirm admit acknowledge
threat threaten
attack assault
shoot gunman shooting gunfire
stab knife
steal theft robbery rob burglary
fraud scam swindle
search hunt manhunt
missing vanish disappear
rescue save
survivor survive
victim casualty
bear grizzly
dog puppy canine
cat kitten feline
recall withdraw
car automaker carmaker
house home
landlord tenant
flat apartment
airport runway
passenger traveller
flight airline
oil crude petroleum
gas fuel
electricity power
nuclear reactor
climate warming
snow blizzard
drought dry
heatwave scorching
rain downpour
crop harvest
food grocery
restaurant diner
beer brewery
rehab detox rehabilitation
lawyer attorney
prosecutor prosecution
guilty convict conviction
charge indict accuse
suspect accused
trial hearing
jury juror
appeal challenge
uk britain british
us america american
china chinese beijing
russia russian moscow kremlin
france french paris
germany german berlin
japan japanese tokyo
india indian delhi
israel israeli
iran iranian tehran
iraq iraqi baghdad
syria syrian damascus
ukraine ukrainian kiev kyiv
korea korean
libya libyan
egypt egyptian cairo
turkey turkish ankara
saudi arabia arabian riyadh
greece greek athens
italy italian rome
spain spanish madrid
eu europe european brussels
australia australian
canada canadian
mexico mexican
brazil brazilian
scotland scottish
ireland irish
pakistan pakistani
afghanistan afghan
vegas nevada"""


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _GROUPS.splitlines():
        first, *others = (stem(word) for word in line.split())
        for word in others:
            table.setdefault(word, table.get(first, first))
    for word in [word for word in table if table[word] == word]:
        del table[word]
    return table


CONCEPTS = _table()


def concept(token: str) -> str:
    """The token that stands for this one's group; itself where it is in none."""
    return CONCEPTS.get(token, token)
