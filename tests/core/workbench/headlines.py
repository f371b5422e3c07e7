"""Templates of made-up headlines in several languages, of news and of many kinds of noise, and the words to fill in.

Nothing here is a real report.
"""

PLACES = [
    "Brenna",
    "Calder",
    "Dorvik",
    "Elmstad",
    "Farrow",
    "Gullane",
    "Harlow",
    "Ilmen",
    "Jarrow",
    "Keld",
    "Lunde",
    "Marrow",
    "Nesby",
    "Orvall",
    "Pell",
    "Quarne",
]
PEOPLE = [
    "Abel",
    "Brandt",
    "Castro",
    "Dorn",
    "Eklund",
    "Falk",
    "Greve",
    "Holm",
    "Ivers",
    "Jansen",
    "Kovac",
    "Lind",
    "Moreau",
    "Novak",
    "Olsen",
    "Petit",
]
SUMS = [f"{n} million" for n in (3, 7, 12, 18, 25, 40, 65, 90)]
OUTLETS = ["post.example", "herald.example", "globe.example", "wire.example", "courier.example", "echo.example"]

CORPORA: dict[str, dict[str, list[str]]] = {
    # --- English ---
    "telecom": {
        "relevant": [
            "{X} wins network contract in {place}",
            "{X} loses bid for {place} core network",
            "Regulator in {place} bars {X} from auctions, {person} says",
            "{person} defends {X} supply deal worth {sum}",
            "{X} sues {place} over equipment ban",
            "Carriers in {place} replace {X} gear at a cost of {sum}",
            "{place} lifts limits on {X} equipment after review",
        ],
        "shops": [
            "{X} opens flagship store in {place}",
            "Queues at new {X} flagship store in {place}",
            "{person} visits flagship store of {X} in {place}",
            "Third flagship store for {X}, this time in {place}",
        ],
        "sport": [
            "{X} to sponsor {place} football cup",
            "{place} football club signs {X} as shirt sponsor for {sum}",
            "{person} scores twice as {X} football league opens in {place}",
        ],
        "stars": ["Your horoscope for today: {X} shines over {place}", "Weekly horoscope by {person}: {X} and you"],
        "deals": [
            "Best Black Friday deals: {X} phones under {sum}",
            "Black Friday in {place}: {X} tablets half price",
            "{person} picks the top Black Friday offers from {X}",
        ],
    },
    # --- German ---
    "energie": {
        "relevant": [
            "{X} baut Windpark vor {place}",
            "Kartellamt prüft Übernahme durch {X} in {place}",
            "{X} kündigt Abbau von Stellen in {place} an",
            "Gericht in {place} stoppt Kraftwerk von {X}",
            "{person} wird neuer Chef von {X}",
            "{X} investiert {sum} in Netze bei {place}",
        ],
        "lauf": [
            "{X} Stadtlauf in {place}: {person} siegt",
            "Tausende beim Stadtlauf von {X} durch {place}",
            "Stadtlauf in {place} mit Sponsor {X} abgesagt",
        ],
        "boerse": ["Aktie im Fokus: {X} gibt in {place} nach", "Aktie im Fokus: {person} stuft {X} hoch"],
    },
    # --- French ---
    "sante": {
        "relevant": [
            "{X} rappelle un médicament vendu à {place}",
            "L'agence de {place} autorise le vaccin de {X}",
            "{X} condamné à payer {sum} à des patients",
            "{person} quitte la direction de {X}",
            "Essai clinique de {X} suspendu à {place}",
        ],
        "emploi": [
            "Offre d'emploi : {X} recrute à {place}",
            "Offre d'emploi chez {X} : responsable qualité à {place}",
            "Nouvelle offre d'emploi de {X} signée {person}",
        ],
        "cyclisme": ["L'équipe cycliste {X} gagne à {place}", "{person} rejoint l'équipe cycliste {X}"],
    },
    # --- Spanish ---
    "banca": {
        "relevant": [
            "{X} cierra oficinas en {place}",
            "El juez de {place} imputa a directivos de {X}",
            "{X} compra un rival por {sum}",
            "{person} asume la presidencia de {X}",
            "El supervisor multa a {X} con {sum}",
        ],
        "liga": [
            "{X} liga: empate en {place} con gol de {person}",
            "Resultados de la jornada de liga {X} en {place}",
            "Así queda la jornada de liga {X} tras el gol de {person}",
        ],
    },
    # --- Russian ---
    "avia": {
        "relevant": [
            "{X} отменила рейсы в {place}",
            "Суд в {place} взыскал с {X} {sum}",
            "{X} получит новые самолёты до конца года",
            "{person} возглавил {X}",
            "Самолёт {X} вернулся в {place} из-за неисправности",
        ],
        "mili": [
            "{X} раздаёт бонусные мили за полёты в {place}",
            "Как потратить бонусные мили {X}: советы от {person}",
            "Бонусные мили {X} сгорят, предупреждают в {place}",
        ],
    },
    # --- Chinese ---
    "dianzi": {
        "relevant": [
            "{X}在{place}建设新工厂",
            "{place}禁止{X}参与网络招标",
            "{X}宣布裁员，{person}回应",
            "{X}起诉{place}政府",
            "{X}与{place}运营商签署合同",
        ],
        "cuxiao": ["{X}手机壳促销，{place}门店半价", "{place}消费者抢购{X}手机壳", "{X}推出新款手机壳，{person}代言"],
    },
    # --- Italian, Portuguese, Dutch, Polish, Turkish: one kind of noise each ---
    "auto": {
        "relevant": [
            "{X} richiama auto vendute a {place}",
            "Sciopero alla {X} di {place}",
            "{X} investe {sum} nelle batterie",
            "{person} lascia il vertice della {X}",
        ],
        "oroscopo": ["Oroscopo di oggi: {X} porta fortuna a {place}", "Oroscopo della settimana secondo {person}: {X}"],
    },
    "petroleo": {
        "relevant": [
            "{X} descobre petróleo perto de {place}",
            "Greve na {X} paralisa refinaria de {place}",
            "{person} deixa o conselho da {X}",
            "{X} paga {sum} em dividendos",
        ],
        "corrida": ["Corrida de rua {X} reúne milhares em {place}", "{person} vence a corrida de rua {X} em {place}"],
    },
    "haven": {
        "relevant": [
            "{X} breidt terminal in {place} uit",
            "Staking bij {X} legt haven van {place} stil",
            "{X} beboet voor {sum}",
            "{person} vertrekt bij {X}",
        ],
        "puzzel": ["Kruiswoordpuzzel: {X} in vijf letters, {place}", "Kruiswoordpuzzel van {person} over {X}"],
    },
    "lek": {
        "relevant": [
            "{X} wycofuje lek z aptek w {place}",
            "Sąd w {place} nałożył karę na {X}",
            "{person} nowym prezesem {X}",
            "{X} kupuje fabrykę w {place} za {sum}",
        ],
        "bieg": ["Bieg charytatywny {X} w {place}", "{person} wygrywa bieg charytatywny {X}"],
    },
    "banka": {
        "relevant": [
            "{X} {place} şubesini kapatıyor",
            "{X} yönetim kurulu başkanı {person} istifa etti",
            "Mahkeme {X} hakkında {sum} ceza verdi",
            "{X} {place} merkezli rakibini satın alıyor",
        ],
        "burc": ["Günlük burç yorumları: {X} ve {place}", "{person} ile haftalık burç yorumları, {X} özel"],
    },
}
LATIN_NAMES = ["Orbrecht", "Velcom", "Nordana", "Tessaro", "Quillon", "Marvane", "Sorbex", "Halvera"]
NAMES = {"avia": ["Аэролан", "Сибвиа", "Полярис"], "dianzi": ["华讯", "星维", "云腾"]}
CHINESE = {"place": ["海州", "云岭", "江陵", "东港", "白山", "临川"], "person": ["李明", "王芳", "赵磊", "陈静"]}
RUSSIAN = {
    "place": ["Светлогорске", "Каменске", "Озёрном", "Приморье", "Нагорном", "Зареченске"],
    "person": ["Орлов", "Белов", "Зимин", "Титов", "Рыбаков"],
    "sum": ["три миллиона", "семь миллионов", "двадцать миллионов"],
}

FILLER = [
    "Markets closed higher in {place} on Friday.",
    "The weather in {place} stays mild, {person} said.",
    "Ministers from {place} met for talks about fisheries.",
    "A museum in {place} opens its doors after repairs worth {sum}.",
    "Rail services to {place} were delayed by a signal fault.",
    "{person} was named coach of the year at a gala in {place}.",
    "Farmers near {place} fear a dry summer.",
    "The library of {place} lends tools, too.",
]
