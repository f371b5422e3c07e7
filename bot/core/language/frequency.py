"""How common English words are, roughly: for smart case, and for choosing under which word a rule is indexed.

The law of this file: it only holds lists, written for this project. `EVERYWHERE` are words of nearly every text,
`OFTEN` words of every tenth, `COMMON` of every hundredth. `READ_AS_NAMES` are further everyday words whose capitals are
likely to be a name or an acronym (ICE, AID, SALT). In a rule, a word in capitals is read in capitals only when its
lower-case form is in `SMART_CASE`.
"""

from __future__ import annotations

# ruff: noqa: SIM905 - lists of words read better as text

EVERYWHERE = frozenset(
    """a an and are as at be been but by for from had has have he her his i in is it its more no not of on one or
    our out s said she so some t than that the their them there they this to two up us was we were when which who
    will with would you your""".split(),
)
OFTEN = frozenset(
    """about after all also amid among any back because before being both can could day days did do does down
    during each even every first get go going good government group had him how if into just know last late like
    made make man many may me million might month months most much must my new news next now off old only other
    over own part people per percent plan plans president re report reports right same say says see set she should
    since still such take tell ten then these thing things those three through time times today told too top under
    until very want way week well what where while why world year years yet billion country state""".split(),
)
COMMON = frozenset(
    """able above access account across act action ad add added age ago agree agreed ahead aim air alone along
    already always am amount announce announced another answer app apple april are area areas arm army around art
    ask asked attack august authorities available average away bad ban bank banks base based battle bbc beat became
    become bed began begin behind believe below best better between beyond big bill bit black board body book
    border born boss boy break bring britain british brought budget build building business buy call called came
    campaign cannot capital car care carry case cases cause central centre century chair challenge chance change
    changes charge charges chief child children china chinese church city claim claims class clear close club coach
    coal code cold college come comes coming comment committee common community companies company control cost
    costs council country county couple course court cover crash crime crisis cup current customers cut cuts dad
    data date daughter dead deal death debate decade december decided decision deep defence demand department
    despite details die died different difficult digital director doctor done door double dr drive drop drug due
    early earlier earth east easy eat economic economy education effort eight either election else email emergency
    employees end energy england enough entire environment especially eu europe european event ever everyone
    evidence exactly example executive expected experience experts eye face fact failed fall families family far
    fast father fears february federal feel fell few field fight figures film final financial find fire firm firms
    fit five flight focus follow following food foot football force forces foreign form former forward found four
    france free french friday friend friends full fund funding future gain game games gas gave general german
    germany girl give given giving global gold gone got great green ground growing growth gun guy half hand hands
    happen hard having head health hear heard heart heat held help here high higher himself history hit hold home
    hope hospital hot hour hours house housing however huge human hundred hundreds husband idea impact important
    include included including increase independent india industry inflation information inside instead interest
    international internet interview investigation investment investors iran iraq issue issues item items january
    job jobs join joint judge july june keep key kill killed kind king knew known labour lack land large largest
    late later law lawyer lawyers lead leader leaders leading league least leave led left legal less let level life
    light likely line link list little live lives living local london long longer look looking lord lose loss lost
    lot love low lower main major makes making management march mark market markets match matter maybe meant media
    meet meeting member members men met middle military mind minister ministers minutes missing mobile moment
    monday money morning mother move moved movement mp mr mrs ms murder music myself name national nations near
    nearly need needed needs network never night nine nobody north nothing notice november number nuclear october
    offer offered office officer officers official officials often oil ok once online open opened operation
    opposition option order others outside paid paper parents park parliament parties party pass past pay peace
    perhaps period person phone photo pick picture place plane play player players plus pm point points police
    policy political poor popular position possible post pound power powerful present press pressure pretty
    previous price prices prime prince prison private problem problems process products programme project protect
    protest proud provide public put quarter queen question questions quick quickly quite race radio rain raise
    raised ran rate rates rather reach reached read ready real really reason recent recently record red reform
    region release released remain remains replace reported reporters republic research response rest result
    results return revealed rich ring rise rising risk river road role room round rule rules run running russia
    russian safe safety sale sales sat saturday save saw school schools science sea season seat second secretary
    security seen sell send senior sense sent september series serious service services seven several shall share
    shares shop short shot show showed shows side sign signed significant similar simply single sister sit site
    situation six size sky small social society sold someone something son soon sort source sources south space
    speak special speed spend spending spent spoke spokesman sport spring staff stage stand standard star stars
    start started statement station stay step stock stop store story street strike strong students study success
    suffered suggested summer sun sunday support supporters sure surge suspected system taken takes taking talk
    talks target tax team technology television term terms test texas thank themselves third thought thousands
    threat thursday together tom tomorrow took total tough towards town track trade train travel treatment tried
    trip trouble true trump trust truth try trying tuesday turn turned tv type uk understand union united
    university used user users using value various version victim victims victory video view violence visit voice
    vote voters votes wait walk wall wanted war warn warned warning washington watch water weather website
    wednesday weekend weeks went west western whether white whole whose wife win wind window winner winning winter
    within without woman women won word words work worked workers working worse worst worth write written wrong
    yard yes yesterday york young yourself youth zero""".split(),
)
READ_AS_NAMES = frozenset(
    """ace acts age aged aid aide aids ail aims alps amp ant ape apt arc arch ark arms ash ass ate atom awe axe aye
    bad bag bake ball bar bare bark barn base bat bay bear beam bee beef beg bell belt bent bet bias bid bin bird
    bite blow blue boat bold bolt bomb bond bone bow bowl box bra brave bread brief bug bulb bulk bull bump burn
    bus bust cab cage cake calm camp cap cape card cars cash cast cat cats cave cell chain chat chef chip chips
    cite clan clap clip clock cloud coat coin con cook cool cop cope cops copy cord core corn cow crab crew crop
    cry cub cue dam damp dare dark dart dash dawn day deaf dean dear deck deed deer dense desk dew dial dice diet
    dig dim dine dip disc dish dive dock doe dog doll dome doom dose dot drag draw dream dress drone dry duck dull
    dump dust duty each ear earn ease echo edge ego elm epic era err eve exit eyes fade fail fair fan fans far farm
    fat fate fax fear fed fee feed feel feet fig file fill fin fine fins fire firm fish fix flag flap flat flaw
    flee flow flu fly foam fog fold folk fool ford fork fort foul fox frame fry fuel fun fur fuse gag gap gate gay
    gear gel gem get gift gig glad glass globe glow go goal goat god golf grab grade grain grand grape grass grey
    grid grip grow guard guess guest guide gulf gum gut guts gym hail hair hall halt ham hard harm harp hat hate
    haul hawk hay heap heat heel heir hell hen herd hero hers hey hid hide hike hill hint hip hire hole holy honor
    hook horn horse host hub hug hull hum hunt hurt hut ice icon id ill imp inch ink inn ion iron island isle ivy
    jail jam jar jaw jazz jet jog joke joy jug jump jury kept kick kid kids kit knee knife knot lab labs lace lad
    lady lake lamb lamp lane lap lapse laser lash lawn lay layer lazy leaf leak lean leap learn leg lend lens lid
    lie lies lift limb lime limit lip lit load loan lock log logo loop loud lung mac mad maid mail male mall map
    maps mars mask mass mat mate math maze meal mean means meat med meld melt memo menu mere mess metal mice mid
    mild mile milk mill mine mint miss mist mit mix mob mode mold mom mood moon mop moral mouse mouth mud mug nail
    nasty navy neck nerve nest net nice nick nod noise none noon nor nose note nun nurse nut oak oath odd ode oh
    opt oral orbit ore oven owe owl pace pack pact pad page pain pair pale palm pan pants par park path patriot paw
    peak pen pension pet pets phase pie pig pile pill pin pine pink pipe pit plot plug poem poet pole poll pool pop
    pork port pose pot pour pray prep prey prism prize probe prom proof prop pub pump pure push quad quit quiz
    quota rail ram ramp rank rap rare rat raw ray rays rent rep reps rib rid ride rig riot rip roar rob robot rock
    rocket rod roll roof root rope rose rot row royal rub rug ruin rush rust sad sail saint sake salad salt sand
    sane sang save scam scan scar scene score sea seal seed seek self sells shade shaft shape sharp sheep sheet
    shell shield ship shock shoe shore shut shy sick silk sim sin sink sip skill skin skip slap slave sleep slide
    slim slip slot slow smart smell smile smoke snake snap snow soap sofa soft soil solar sole solid song sonar
    soul sound soup spa span spare spark spear spin spot spy stab stack stain stake stale stamp start steal steam
    steel stem stick sting stir storm stove strap straw strip stuff style suit sum super surf swap swear sweat
    sweep sweet swift swim swing sword tag tail tale tank tap tape task taste taxi tea teach tear tech teen tend
    tent theft thin tide tie tight till tin tiny tip tire title toe toll tone tool tops torn toy toys tram trap
    tray treat tree trend trial trick trim truck tub tube tune twin ugly unit urge van vast vat veil vein verb vest
    vet via vice vine visa vital void vow wage wake ward warm wash wasp waste wave wax weak weapon wear web wed
    weed weigh wet whale wheat wheel whip wide wild wine wing wipe wire wise wish wit wolf wood wool worm worry
    wrap yell zone zoo opens sees asks gets puts""".split(),
)

SMART_CASE = (
    EVERYWHERE
    | OFTEN
    | READ_AS_NAMES
    | COMMON
    - frozenset(
        "apple bbc britain british china chinese england eu europe european france french german germany india iran"
        " iraq london russia russian texas trump uk york tv washington".split(),
    )
)

_WEIGHTS = {
    **dict.fromkeys(READ_AS_NAMES, 60),
    **dict.fromkeys(COMMON, 200),
    **dict.fromkeys(OFTEN, 1_500),
    **dict.fromkeys(EVERYWHERE, 6_000),
}
PER = 10_000
"""`typical_frequency` counts documents out of this many."""


def typical_frequency(form: str) -> int:
    """In how many of `PER` documents a folded word stands, roughly; 1 for words that are in no list, more if short."""
    weight = _WEIGHTS.get(form)
    if weight is not None:
        return weight
    return 1 if len(form) > 4 else 4 if len(form) > 2 else 40
