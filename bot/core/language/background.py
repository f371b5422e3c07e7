"""How common a word is in headlines at large, before this program has seen any.

Law: three bands of English news words, written down by hand from what any newsroom repeats daily; a word in no band is
rare, which is what names are. The own history (`core.stories`) corrects this as it grows. Function words count nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from bot.core.language.names import FIRMS, PERSONS, PLACES
from bot.core.language.stems import stem
from bot.core.language.synonyms import CONCEPTS

FUNCTION = frozenset(
    """a an the and or but nor of in on at to for from by with without into onto over under up down out off as is
    was were be been being am do does did done have has had having will would shall should can could may might
    must not no this that these those it its he him his she her hers they them their theirs we us our ours you
    your yours i me my who whom whose which what when where why how if then than so such there here about
    after before during between among against through until while because since also just only very too more
    most less least much many any some each every all both either neither other another own same via per vs
    versus amid upon within across along around behind beyond near toward towards despite except like unlike
    yet still again once ever never always now d ll m o re s t ve don didn doesn isn aren wasn weren won't
    can't cannot let lets ain y'all de la le el et und der die das that's it's let's here's there's what's
    who's"""
    .replace("'", "")
    .split()
)  # fmt: skip

_DAILY = """say new year man woman people first day time week get make take go come back world two one three show
report reveal news set top best call face help see plan look need want tell may know give find keep set hit win lose
open close end start begin big high low old former deal case court law bill vote president minister government state
country city home house school police official group company firm market stock share price rate cut rise fall drop
jump gain growth sell buy bank billion million percent data study ask warn urge kill die dead attack fire death family
child girl boy game team play season final point record leader chief head party election campaign talk meet hold move
return leave join turn bring put run lead follow live life work job pay tax money cost fund budget oil gas power
energy water food health care hospital doctor patient drug car phone app video photo pictures online web site internet
tech user social media star film movie music song album tour fan tv series episode release launch announce update
review watch read week month today monday tuesday wednesday thursday friday saturday sunday january february march
april june july august september october november december morning night last next late early long way thing good bad
great real right left free full hard small large major key public national international local global general american
british us uk eu china chinese russia russian america""".split()  # noqa: SIM905 -- reads as text

_COMMON = """accident accuse act action activist actor actress add admit advance advice affair agency agree agreement
aid air aircraft airline airport alert allege allow amazon amount analyst anger animal appeal appear apple approve arm
army arrest arrive art article asia assault asset attempt attorney australia author authority award baby ban base
battle beach beat become believe benefit bid birth bitcoin black block blow blue board boat body bomb bond book boost
border boss box brand break bridge britain broadcast build building bus business candidate cap capital card career
carry cash catch cause celebrate central ceo champion chance change charge charity chase cheap check chip choice
church civil claim class clash clean clear climate climb club coach coal coast code cold collapse college comment
commission committee common community compete competition complaint computer concern concert condition conference
confirm conflict congress consider construction consumer contact content contract control council county couple course
cover crash create credit crew crime criminal crisis critic criticism crop crowd cup currency customer cyber dad
damage dance danger dark date daughter deadly deadline debate debt decide decision decline defeat defence defend
defense deficit delay delivery demand democrat deny department deputy design despite detail develop development device
digital dinner director disaster discover disease dispute doubt draft drama draw dream dress drink drive driver drone
earn earnings earth east economy economic edge education effect effort egg embassy emergency emission employee
employer enter environment equity escape estate europe european event evidence exchange executive expand expect expert
explain explosion export extend eye face facebook facility factory fail failure fake fashion fast father
fear federal fee feel female festival field fight figure file finance financial fine finish firefighter fish fix flag
flat flight flood flow fly focus food football force forecast foreign forest form forward france freedom french friend
front fuel funeral future gang gay german germany giant gift global goal god gold golf google governor grant green
ground grow guard guide guilty gun hack hand hang happen happy hate heart heat heavy hearing hero hide hike hint hire
history holiday hollywood homeless honor hope horse host hot hotel hour housing huge human hunt hurt husband ice
identify image immigrant immigration impact import improve incident include income increase india indian industry
inflation injure injury inquiry inside insurance interest interview invest investigate investigation investment
investor iran iraq ireland irish iphone island israel issue italy item jail japan japanese jobless journalist judge
jury justice kick king kiss korea labor labour land language laptop laugh launch lawmaker lawsuit lawyer league learn
legal legend lesson letter level liberal license lie lift light limit line link list london loan look lord loss love
loyal machine magazine mail main male manage manager manufacturer map marathon mark marriage marry mass match matter
mayor meal mean measure medal medical medicine meeting member memory men mental merger message mexico microsoft middle
migrant military mind mine mirror miss missile mission mobile model modern mom moment monitor mother motor mountain
mouth murder muslim mystery name nation natural navy network nobel north northern note nuclear number nurse obama
offer office officer olympic opinion opponent opposition option order outlook outside owner pace page pain palace
panel paper parent park parliament part partner pass passenger past path peace penalty pension perform period permit
person personal pick pilot pitch place plane planet plant platform player plea pledge plunge poll pool poor pop pope
popular population port position post potential poverty practice praise predict premier premiere prepare present press
pressure prevent prime prince princess prison prisoner private prize probe problem process produce product production
profit program programme progress project promise property propose prosecutor protect protest prove provide push
quarter queen question quick quit race racing racism radio raid rail rain raise rally range rape rare reach react
reaction reason rebel receive recession recover recovery red reduce reform refugee refuse region regulator reject
relation release relief religious remain remember remove rent repair replace reporter republican request rescue
research researcher resign respond response rest restaurant result retail retailer retire retirement revenue reverse
reward rich ride rights risk river road robot rock role room round route row royal rule ruling rumor rumour running
rural sack safe safety sale sanction save scandal scene schedule science scientist score scotland scottish sea search
seat secret secretary sector secure security seek segment senate senator send senior sentence serve service session
settle settlement sex sexual shape shift ship shock shoot shooting shop short shot shut shutdown sick side sign signal
silver singer single sister situation size slam slide slow smart smartphone snow soar soccer society soldier solution
son soon source south southern space speak special speech speed spend spending spill spirit split sport spot spread
spring staff stage stake stand standard statement station stay steal steel step stick stimulus stop store storm story
strategy stream street strike strong student studio style success suffer suicide suit summer summit supply support
supporter surge surgery surprise survey survive survivor suspect suspend sweep switch system tablet talent target task
taxi teach teacher teen teenager television temperature term terror terrorism terrorist test texas theater theory
threat threaten ticket tie tip title toll tool total touch tour tourist town toy track trade trader tradition traffic
train training transfer transport travel treat treatment treaty trial tribute trigger trip troop trouble truck true
trump trust truth twitter twin type ukraine unemployment union unit unite united university unveil upgrade uk use
vaccine valley value van vehicle version veteran victim victory view village violence violent virus visit voice
volunteer voter wage wait walk wall war warning washington waste wave weak wealth weapon wear weather website wedding
weekend weigh welcome west western white wife wild wildlife win wind window winner winter wireless woe wonder word
worker worry worst wound write wrong yield york young youth zone""".split()  # noqa: SIM905 -- reads as text

_KNOWN = """abandon abortion absence abuse academy accept access accord account achieve acid acquire acquisition
acquit addict adopt adult advert adviser affect afghanistan africa african aftermath age aged agenda agent aggressive
agriculture ahead aide aim alarm album alcohol alien alive alliance ally alone alter alternative ambassador ambition
ambulance amend ancient android angle anniversary annual answer anti anxiety apart apartment apologise apology apparel
archive area argentina argue arrival artist asian aside asleep assembly assist associate association asteroid asylum
athlete atlantic attend attention attract auction audience audit austerity auto average avoid aviation award aware
awareness awesome awkward backlash backer bag bail bailout balance ball ballot bankrupt bar bargain barrel baseball
basic basketball batch bathroom battery bay bear beard beast beauty bed beef beer behave beijing belgium belief bell
bench benchmark berlin bet betray better bike bike bird birthday bishop bite bitter blame blast blaze bless blind blog
blood bloody bomber bonus boom boot boston bottle bottom bowl boxer boycott brain brave brazil bread breakdown
breakfast breakthrough breast breath bribe bride brief bright brilliant broad broker bronze brother brown brussels
brutal bubble bug bull bullet bully burger burn bury bush busy button cabin cabinet cable cake calendar california
calm camera camp canada canadian cancel cancer candy cannabis captain capture carbon cargo carrier cartoon castle
casualty cat catholic ceasefire cell cement centre center century ceremony chain chair chairman challenge chamber
championship channel chaos chapter character charm chart chat cheat cheer cheese chef chemical chess chicago chicken
childhood chocolate christian christmas cigarette cinema circle citizen civilian classic classroom client cliff clinic
clinton clip clock clone closure cloth clothes cloud clue cluster coalition cocaine coffee coin colleague collect
collection collision colony color colour combat comeback comedy comfort comic command commander commerce commercial
commit commodity commonwealth communication commute companion comparison compensation compensate complain complete
complex comprehensive compromise con concept condemn conduct confess confidence confront confuse connect connection
conservation conservative consequence console conspiracy constitution consult contain contest context continue
contractor contrast contribute controversial controversy convention convert convict conviction convince cook cool
cooperate copper copy core corn corner corporate correct corrupt corruption cosmic costume cottage cotton count
counter counterpart coup courage cousin cow crack craft crane crazy cream creator creature creditor cricket crop cross
crown crude cruise cry crystal cuba cultural culture cure curfew cycle cyclist daily dairy dam deaf dealer dear decade
declare decrease dedicate deep deer defector defender defendant define degree delegate delight demolish demonstrate
deploy deposit depression depth derby desert deserve desk desperate destination destroy destruction detain detect
detective device devil diabetes dialogue diamond diary dictator diesel diet differ difference different difficult dig
dignity dip diplomat diplomatic direct direction dirty disable disappear disappoint discount discrimination discuss
dismiss display distance district disrupt divide dividend division divorce dock document documentary dog dollar
domestic dominate donate donation donor door double downtown dozen drag dragon drama drill drone drought drown drunk
dry dual dubai dump dust duty dutch dynasty eager eagle ear ease easter eastern easy eat ebola edit edition editor
egypt elder elect electric electricity electronic elephant elite email embrace emerge emotion emotional empire empty
enable encounter encourage endorse enemy engine engineer england english enjoy enforce enough ensure enterprise
entertain entertainment enthusiast entire entry envoy epic epidemic equal equality equipment era error essential
establish ethnic euro evacuate evacuation eve evening evil evolution exact exam examine example excellent exclusive
excuse execute execution exercise exhibition exist exit exotic expansion expel expense expensive experience experiment
expire explode exploit explore expose express extra extraordinary extreme extremist fabric factor fair faith fall
false fame famous fantasy farewell fat fate fault favor favorite favour favourite feature february feed fellow fence
ferry fever fiber fiction fierce fifa fighter file fill final fingerprint firework fit flame flash flee fleet flip
float floor florida flower flu fold folk fool foot footage forbid forever forget former formula fortune forum fossil
foster found foundation founder fraction frame fraud freeze freight frequent fresh fridge frog frontier frozen fruit
frustration fugitive fun function fundamental funny fury gadget galaxy gallery gambling gap garage garden gate gather
gaza gear gender gene generation generous genetic genius genocide gesture ghost girlfriend glacier glance glass glory
gop gov governance grab grade graduate grand grandfather grandmother graph grave gravity greece greek greet grief
grill grip groom gross guarantee guardian guess guest guilt guitar gulf gunman guy gym habit hacker hair half halt
hammer handle harass harassment harbor harbour harm harsh harvest hat haul haven hawaii headline headquarters heal
heir helicopter hell helmet heritage heroin hidden highlight highway hill hip hit hockey hole holocaust holy homicide
hong honest horror hostage hostile household houston hub hunger hunter hurdle hurricane ideal idea identity illegal
illness illusion imagine immune implement implication impose impress improvement impulse inch incentive independence
independent index indicate indict individual indonesia infant infect infection influence inform information
infrastructure inmate innocent innovation input insect insider insist inspect inspection inspector inspire install
instance instant institute institution instruction instrument insult insurer integrate intel intelligence intend
intense intent internal interpret interrupt intervene intervention introduce invade invasion invention inventor invite
involve iron isis islamic islam isolate italian ivory jacket jackpot jaw jazz jeans jersey jesus jet jew jewelry
jewish jihad joint joke jordan journal journey joy judgment judicial juice jump jungle junior jurisdiction kenya
kidnap kidney killer kingdom kit kitchen knee knife knock lab lady lake landing landlord landmark landslide lane lap
laser lash latest latin launch lava lawn lay layer layoff lazy leak lean leap lease leather lecture legacy legislation
legislature lend lender leg length liberty library libya lifestyle lifetime likely lion liquid listen liver living
load lobby location lock log logo lone loom loophole loose lot lottery loud lover lower luck lucky lunch lung luxury
mafia magic magnitude maintain majority maker malaysia mall mammal mandate mandatory manhunt mansion manufacture
marine maritime marijuana mask massacre massive master mate math maximum mayhem meat mechanic medicare mediterranean
melt memo memoir memorial menu merge merchant mess metal meter method metro mexican miami middle midnight mild mile
milestone militant militia milk mill mini minimum mining minister minor minority minute miracle mix mob mock mode
moderate monarch monkey monster monument mood moon moral mosque motion motive motorcycle mount mouse movement muscle
museum musical musician mutual naked narrow nasa nasty native nato nazi neck negative neglect negotiate negotiation
neighbor neighborhood neighbour nerve net neutral nevada newborn newspaper nfl nba niger nigeria nightclub nightmare
nominate nomination nominee normal northeast northwest nose notice notorious novel nsa nude oak oath obesity object
observe obstacle obtain obvious occasion occupy occur ocean odd odds offense offensive offend offering offset ohio
olympics ongoing opener opera operate operation operator opportunity oppose optimism orange orbit orchestra ordinary
organ organic organise organisation organization origin original orphan oscar outage outbreak outcome outrage outfit
overcome overdose overhaul overnight oversight oxford oxygen pacific pack package painting pair pakistan palestinian
panic parade paradise parole participate partnership passion passport password patent patrol pattern pause peak
pedestrian peer pentagon pepper percentage perfect performance permanent persuade pet petition petrol pharmacy phase
phenomenon philadelphia philippine philosophy photographer phrase physical physician piece pig pile pipeline pirate
pit pizza planet plastic plate playoff plot plug poem poet poetry poison poland pole policy polish politician politics
political pollution pond pool pork portion portrait portugal possession possible postpone pot potato pound pour powder
powerful practical pray prayer precious prefer pregnancy pregnant prejudice premium preserve prevail previous pride
priest primary print prior priority privacy privilege pro procedure proceed prosecute prosecution professional
professor profile prohibit promote promotion prompt proof proper prospect prosperity protection protester protocol
proud province provision provoke psychology pub publish publisher pull punch punish punishment purchase pure purpose
pursue puzzle qaeda quality quake quarterly quest quiet quote rabbit race racist radar radiation radical rage rail
railway rank ransom rapid rapper rat rating ratio raw ray reading ready realise reality realize rear recall receipt
recent recipe recognise recognition recommend reconstruction recruit recycle referee reference referendum reflect
refer refuge regime register registration regret regular regulate regulation regulatory rehab rehearsal reign relate
relationship relative relax reliable religion rely remark remedy remind remote renew renewable reopen rep represent
representative reproduce reputation resale reserve reservoir resident resist resistance resolution resolve resort
resource respect responsible responsibility restore restrict restriction retain retreat retract reunion reunite reveal
revenge revive revolt revolution rhythm rice rifle rig rigid ring riot rip rival robbery robber rocket roll roman
romance romantic roof root rope rough routine rugby ruin rumble runner rush sacrifice sad sail sailor saint salad
salary sample sanctuary sand satellite satisfy saudi scale scam scan scare scenario scholar scholarship school scope
scream screen script sculpture seal seaside second secretly segregation seize seizure select selection self seller
seminar sensitive sensor sentiment separate sequence sergeant serious servant server severe shadow shake shame
shareholder shark sharp shed sheep sheet shell shelter sheriff shield shine shirt shoe shore shortage shoulder shout
shower shrink siege sight silence silent silicon similar simple sing singapore sink site skate ski skill skin skip sky
slavery sleep slice slight slip slogan slump smoke smoking smooth snake snap soap soft software soil solar sole solid
solo solve somalia sophisticated sort soul sound soup southeast southwest sovereign soviet spain spanish spark spat
species specific spectrum spider spin spiritual spokesman spokeswoman sponsor spouse spy squad square squeeze stab
stable stadium stall stamp startup starve static statistic statue status steady steam steep stem stepfather stepmother
steer sting stir stockpile stomach stone stranger strange strategic straw streak strength stress stretch strict stroke
structure struggle stun stupid subject submarine submit subsidy substance suburb subway sue sugar suggest suitable
suite sum sunday sun super superstar supermarket supreme surface surgeon surrender surround surveillance sustain
sustainable swap swear sweden sweet swim swing swiss switzerland sword symbol sympathy symptom syria syrian tackle
tactic tail taiwan taliban tank tap tape tariff taste tattoo taxpayer tea tear technical technique technology telecom
telephone telescope temple temporary tempt tenant tend tender tennis tension tent terminal territory testify testimony
text thai thailand theft therapy thief thin thousand thread thrill throat throne throw thumb tide tiger tight timber
tiny tire tissue tobacco toilet tokyo tolerance tomb ton tone tonight tooth torch tornado toronto tortur tough tourism
tournament tower toxic trace trademark trading traditional tragedy tragic trail trailer trait transform transit
transition translate transmission transparency transplant trap trash trauma treasure treasury tree tremendous trend
tribal tribe trick triple trophy tropical tsunami tumble tunnel turkey turkish tune turmoil turnout tutor twist
typhoon ultimate unable uncle uncover undercover undergo underground understand undo unfair uniform unique universal
universe unknown unlikely unusual upcoming upset uranium urban urgent usual utility vacation valid van variety vast
vegan vegas vegetable venezuela venture venue verdict vessel vet veto viable vice vicious victim vietnam villain
vintage violate violation viral virgin virtual visa visible vision visitor visual vital vocal volatile volcano volume
vow vulnerable walker wallet warfare warm warrant warrior wash watchdog weaken wealthy web weed weekly weight weird
welfare wheat wheel whistle whistleblower widow width wildfire willing wimbledon wing wine wipe wire wise wish witch
withdraw withdrawal witness wolf wood wooden workplace workforce workshop worldwide worth wrap wrestle wrestler wrist
writer yacht yahoo yard yellow yemen youtube zealand zero zimbabwe zoo detail analysis source statement latest
everything something nothing anything everyone someone nobody really actually maybe probably finally already almost
nearly ahead instead enough quite together apart forward forth soon later ago recently currently exactly simply
literally officially reportedly allegedly apparently perhaps""".split()  # noqa: SIM905 -- reads as text

RATES = (0.02, 0.006, 0.0015, 0.00015)
"""Share of headlines that hold a word of each band; the last is for a word in none. Orders of magnitude, not a fit."""


def _bands() -> dict[str, float]:
    rates: dict[str, float] = {}
    for words, rate in ((_KNOWN, RATES[2]), (_COMMON, RATES[1]), (_DAILY, RATES[0])):
        for word in words:
            rates[stem(word)] = rate
    for names, rate in ((PLACES, RATES[1]), (FIRMS, RATES[1]), (PERSONS, RATES[2])):
        for name in names:
            rates[name] = max(rates.get(name, 0.0), rate)
    for word, head in CONCEPTS.items():  # a group is as common as its commonest word
        rates[head] = max(rates.get(head, RATES[3]), rates.get(word, RATES[3]))
    return rates


WORD_RATES = _bands()
"""The rate of every token that is in a band."""
_RARITIES = {word: -math.log(rate) for word, rate in WORD_RATES.items()}
_UNLISTED = -math.log(RATES[3])
FUNCTION_STEMS = frozenset(stem(word) for word in FUNCTION)


def rate(token: str) -> float:
    """The share of headlines at large that hold a token (a stem or a figure); 0 < rate < 1."""
    known = WORD_RATES.get(token)
    if known is not None:
        return known
    if token.startswith("#"):
        body = token[1:]
        if body.isdigit() and len(body) <= 2:
            return RATES[0] if len(body) == 1 else RATES[1]
        return RATES[2]
    return RATES[3]


def rarity(token: str) -> float:
    """How little a token is to be expected, -ln of its rate (nats)."""
    known = _RARITIES.get(token)
    if known is not None:
        return known
    return -math.log(rate(token)) if token.startswith("#") else _UNLISTED


def rarities(tokens: Iterable[str]) -> list[float]:
    """The same of many."""
    return [rarity(token) if token[0] == "#" else _RARITIES.get(token, _UNLISTED) for token in tokens]
