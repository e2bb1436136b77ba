"""Names of the targets that silver and gold posts are labelled with.

A target's first name is the one the program shows and passes to the model. The
others (other languages, institutions that stand for a country) make the model
meet a target under many names, and tell whether a post mentions it at all.
"""

import re

NAMES = {
    "PK": "Pakistan|پاکستان|पाकिस्तान|پاکستانی|Pakistan|Pakistani|पाकिस्तानी|पाक|পাকিস্তান|باكستان|Пакистан|#Pakistan|Pak",
    "IN": "India|بھارت|भारत|انڈیا|ہندوستان|इंडिया|हिंदुस्तान|हिन्दुस्तान|Bharat|Hindustan|Indian|بھارتی|Indians|भारतीय|ভারত|الهند|Индия|ہندوستانی|Endia",
    "CN": "China|چین|चीन|Chinese|چینی|चीनी|Cheen|চীন|الصين|Китай|Çin|Chine",
    "US": "United States|امریکہ|अमेरिका|America|USA|American|امریکا|امریکی|अमरीका|Amrika|আমেরিকা|أمريكا|США|آمریکا|Estados Unidos|Amerika|États-Unis|U.S.",
    "IL": "Israel|اسرائیل|इजराइल|Israeli|اسرائیلی|إسرائيل|اسرائيل|Израиль|इज़राइल|ইসরায়েল|İsrail|Israël|Zionist|IDF",
    "RU": "Russia|روس|रूस|Russian|Россия|России|Rusia|Russie|روسيا|Rusya|Putin|Kremlin|Rússia|روسی",
    "UA": "Ukraine|یوکرین|यूक्रेन|Ukrainian|Украина|Украины|Ucrania|أوكرانيا|Ukrayna|Zelensky|Kyiv|Zelenskyy|Ucrânia|Ukrainians",
    "AF": "Afghanistan|افغانستان|अफगानिस्तान|Afghan|افغانی|अफ़ग़ानिस्तान|أفغانستان|Афганистан|Afghani",
    "BD": "Bangladesh|بنگلہ دیش|बांग्लादेश|বাংলাদেশ|Bangladeshi|بنگلادیش|बंगलादेश",
    "IR": "Iran|ایران|ईरान|Iranian|إيران|Иран|İran|Irán|ایرانی",
    "SA": "Saudi Arabia|سعودی عرب|सऊदी अरब|Saudi|السعودية|سعودی|Саудовская Аравия|Arabia Saudí|KSA|عربستان",
    "TR": "Turkey|ترکی|तुर्की|Türkiye|Turkish|تركيا|Турция|ترکیہ|Turquía|Turkiye",
    "GB": "United Kingdom|برطانیہ|ब्रिटेन|Britain|UK|British|England|بریطانیا|بريطانيا|Великобритания|Reino Unido|انگلینڈ|इंग्लैंड",
    "PS": "Palestine|فلسطین|फिलिस्तीन|Palestinian|فلسطين|Палестина|Palestina|Gaza|غزہ|غزة|Filistin|Palestinians|ফিলিস্তিন|गाजा",
    "NP": "Nepal|نیپال|नेपाल|Nepali|নেপাল",
    "LK": "Sri Lanka|سری لنکا|श्रीलंका|Sri Lankan",
    "FR": "France|فرانس|फ्रांस|French|فرنسا|Франция|Francia|Fransa|فرانسه|ফ্রান্স|França|Perancis",
    "DE": "Germany|جرمنی|जर्मनी|German|ألمانيا|Германия|Alemania|Almanya|Allemagne|آلمان",
    "JP": "Japan|جاپان|जापान|Japanese|اليابان|Япония|Japón|Jepang",
    "KP": "North Korea|شمالی کوریا|उत्तर कोरिया|كوريا الشمالية|КНДР",
    "KR": "South Korea|جنوبی کوریا|दक्षिण कोरिया|Korea|كوريا الجنوبية",
    "TW": "Taiwan|تائیوان|ताइवान|Taiwanese",
    "SY": "Syria|شام|सीरिया|سوريا|Сирия|Siria|Suriye|سوریه",
    "IQ": "Iraq|عراق|इराक|العراق|Ирак",
    "AE": "United Arab Emirates|متحدہ عرب امارات|UAE|الإمارات|Dubai|امارات",
    "EG": "Egypt|مصر|मिस्र|Египет|Egipto|Mısır|Egyptian",
    "MA": "Morocco|المغرب|مراکش|Marruecos|Maroc|Moroccan",
    "DZ": "Algeria|الجزائر|Algérie|Argelia",
    "QA": "Qatar|قطر|कतर|Катар",
    "YE": "Yemen|یمن|اليمن|यमन",
    "LB": "Lebanon|لبنان|Liban|Líbano",
    "JO": "Jordan|الأردن|اردن",
    "MM": "Myanmar|میانمار|म्यांमार|Burma|برما|মিয়ানমার|Birmania",
    "ID": "Indonesia|انڈونیشیا|इंडोनेशिया|Indonesian",
    "MY": "Malaysia|ملائیشیا|मलेशिया|Malaysian",
    "SG": "Singapore|سنگاپور|Singapura",
    "AU": "Australia|آسٹریلیا|ऑस्ट्रेलिया|Australian",
    "CA": "Canada|کینیڈا|कनाडा|Canadian|Канада|كندا",
    "BR": "Brazil|برازیل|ब्राजील|Brasil|Brazilian",
    "AR": "Argentina|ارجنٹائن|अर्जेंटीना",
    "MX": "Mexico|México|Mexican|میکسیکو",
    "VE": "Venezuela|وینزویلا|Venezolano",
    "CU": "Cuba|کیوبا|Куба",
    "CL": "Chile|چلی",
    "CO": "Colombia|کولمبیا",
    "PE": "Peru|Perú",
    "ES": "Spain|España|سپین|إسبانيا|Espanha|Испания",
    "PT": "Portugal|پرتگال|البرتغال",
    "IT": "Italy|اٹلی|इटली|Italia|Italie|إيطاليا",
    "GR": "Greece|یونان|Yunanistan|Grecia|Греция",
    "AM": "Armenia|آرمینیا|Ermenistan|Армения",
    "AZ": "Azerbaijan|آذربائیجان|Azerbaycan|Азербайджан",
    "BY": "Belarus|Беларусь|Белоруссия",
    "KZ": "Kazakhstan|Казахстан|قازقستان",
    "UZ": "Uzbekistan|Узбекистан|ازبکستان",
    "GE": "Georgia|Грузия",
    "MD": "Moldova|Молдова",
    "PL": "Poland|Польша|Polska|پولینڈ",
    "MV": "Maldives|مالدیپ|मालदीव",
    "BT": "Bhutan|भूटान|بھوٹان",
    "CY": "Cyprus|قبرص|Kıbrıs",
    "NI": "Nicaragua", "HN": "Honduras", "BO": "Bolivia", "EC": "Ecuador",
    "SD": "Sudan|السودان", "LY": "Libya|ليبيا", "TN": "Tunisia|تونس|Tunisie", "OM": "Oman|عمان", "KW": "Kuwait|الكويت|کویت",
    "ML": "Mali", "BF": "Burkina Faso", "SN": "Senegal|Sénégal", "CI": "Ivory Coast|Côte d'Ivoire", "CM": "Cameroon|Cameroun",
    "CD": "Congo|RDC", "RW": "Rwanda", "AO": "Angola", "MZ": "Mozambique|Moçambique", "TL": "East Timor|Timor-Leste",
    "NE": "Niger", "NG": "Nigeria", "KE": "Kenya", "ZA": "South Africa|Afrique du Sud", "VN": "Vietnam|Viet Nam", "PH": "Philippines|Filipinas",
    "P:facebook": "Facebook|فیس بک|फेसबुक|فيسبوك|Фейсбук|فیسبوک|FB|ফেসবুক|Zuckerberg|زکربرگ|जुकरबर्ग|ज़करबर्ग|Meta|फ़ेसबुक|मेटा|#Facebook|fesbuk|Face book|مارک زکربرگ",
    "P:twitter": "Twitter|Twitter (X)|ٹویٹر|ट्विटर|تويتر|Твиттер|توییتر|ٹوئٹر|টুইটার|@Twitter|Elon Musk|ट्वीटर|Jack Dorsey|@jack|#Twitter|twiter",
    "P:instagram": "Instagram|انسٹاگرام|इंस्टाग्राम|إنستغرام|Инстаграм|اینستاگرام|Insta|ইনস্টাগ্রাম|انستا|انستغرام|इंस्टा|انسٹا|IG",
    "P:youtube": "YouTube|یوٹیوب|यूट्यूब|يوتيوب|Ютуб|یو ٹیوب|ইউটিউব|YT|Youtub|یوتیوب",
    "P:whatsapp": "WhatsApp|واٹس ایپ|व्हाट्सएप|واتساب|Ватсап|واتس‌اپ|হোয়াটসঅ্যাপ|واٹس اپ|व्हाट्सऐप|Whatsap|واتس اب",
    "P:google": "Google|گوگل|गूगल|جوجل|غوغل|Гугл|গুগল|Gmail|Android|Play Store|Google Maps|#Google",
    "P:tiktok": "TikTok|ٹک ٹاک|टिकटॉक|تيك توك|Тикток|تیک‌تاک|টিকটক|Tik Tok|टिक टॉक|تیک تاک",
    "P:telegram": "Telegram|ٹیلیگرام|टेलीग्राम|تيليجرام|تلگرام|Телеграм",
    "P:snapchat": "Snapchat|سنیپ چیٹ|سناب شات",
}

# Bodies that stand for a country: shown under the first name, found under all.
INSTITUTIONS = {
    "PK": [
        "Pakistan Army|Pak Army|پاک فوج|पाकिस्तानी सेना|پاکستان آرمی|Pak Fauj|فوج|Pakistani Army|PakArmy|Paak Fauj|pak foj|fauj|army",
        "ISPR|آئی ایس پی آر|आईएसपीआर|DG ISPR|DGISPR|آصف غفور|Asif Ghafoor|@OfficialDGISPR|IamISPR",
        "ISI|آئی ایس آئی|आईएसआई",
        "Pakistan Air Force|PAF|پاک فضائیہ",
    ],
    "IN": [
        "Indian Army|بھارتی فوج|भारतीय सेना|Indian Armed Forces|سینا|सेना|Bharatiya Sena|Indian soldiers|जवान|जवानों|jawan|jawans|sena",
        "Indian Air Force|IAF|भारतीय वायुसेना|بھارتی فضائیہ|वायुसेना",
        "RAW|را|रॉ",
        "CRPF|सीआरपीएफ|BSF",
    ],
    "IL": ["Israel Defense Forces|IDF|اسرائیلی فوج"],
    "RU": ["Russian Army|Российская армия|Russian troops|Russian forces"],
    "UA": ["Ukrainian Army|ВСУ|Ukrainian forces"],
    "CN": ["Chinese Army|PLA|चीनी सेना|چینی فوج", "Chinese Communist Party|CCP|CPC"],
}

PLATFORMS = [code for code in NAMES if code.startswith("P:")]


def names(code: str) -> list[str]:
    return NAMES[code].split("|") if code in NAMES else []


def institutions(code: str) -> list[list[str]]:
    return [line.split("|") for line in INSTITUTIONS.get(code, [])]


def _pattern(words: list[str]) -> re.Pattern:
    """Whole words, also inside a hashtag, with a plural or a possessive.

    Any case, except for acronyms: "isi" is an everyday word of Roman Urdu.
    """
    longest_first = sorted(set(words), key=len, reverse=True)
    acronyms = "|".join(re.escape(w) for w in longest_first if w.isupper() and w.isascii())
    others = "|".join(re.escape(w) for w in longest_first if not (w.isupper() and w.isascii()))
    either = "|".join(filter(None, [f"(?i:{others})" if others else "", acronyms]))
    return re.compile(rf"(?<!\w)(?:#\w*?)?(?:{either})(?:s|'s|ایوں|یوں|يون|ियों)?(?!\w)")


# Names under which codebooks ask about the author's own side or a leader. They are shown only
# where an annotator saw a stance, because nobody was asked about them by these names.
OUR_SIDE = {
    "our armed forces": _pattern("army|fauj|foj|forces|soldiers|jawan|jawans|sena|sainik|فوج|افواج|فوجی|سپاہی|मुजाहिद|सेना|फौज|फ़ौज|जवान|जवानों|सैनिक|سینا|فضائیہ".split("|")),
    "our country": _pattern("country|nation|homeland|motherland|watan|mulk|desh|qaum|qoum|وطن|ملک|قوم|देश|वतन|राष्ट्र|मुल्क|सरज़मीन|سرزمین".split("|")),
}
RIVAL = {
    "IN": {
        "Narendra Modi": _pattern("Modi|مودی|मोदी|modii|مودي|Narendra Modi".split("|")),
        "Indian media": _pattern("media|میڈیا|मीडिया|midia|journalists|anchors|Arnab|ارنب|Aaj Tak|Zee News".split("|")),
    },
    "US": {"Donald Trump": _pattern("Trump|ٹرمپ|ट्रंप|ट्रम्प".split("|"))},
    "IL": {"Benjamin Netanyahu": _pattern("Netanyahu|نیتن یاہو|نتن یاہو|نتنياهو".split("|"))},
    "RU": {"Vladimir Putin": _pattern("Putin|پوتن|पुतिन|Путин".split("|"))},
}


def stand_ins(code: str, home: str, stance: str, text: str) -> list[str]:
    """Other targets that a post's stance toward a country also holds for."""
    if code == home.upper():
        return [name for name, pattern in OUR_SIDE.items() if stance == "favor" and pattern.search(text)]
    return [name for name, pattern in RIVAL.get(code, {}).items() if stance == "against" and pattern.search(text)]


# A short or common word that is a name in one language and another word elsewhere does not tell a mention.
AMBIGUOUS = {"را", "شام", "فوج", "fauj", "army", "sena", "सेना", "سینا", "Pak", "Meta", "چلی", "جوان", "जवान", "जवानों", "jawan", "jawans", "Korea"}
FLAGS = {code: "".join(chr(0x1F1E6 + ord(c) - 65) for c in code) for code in NAMES if ":" not in code}
MENTION = {
    code: _pattern([w for w in names(code) + [w for body in institutions(code) for w in body] if w not in AMBIGUOUS])
    for code in NAMES
}
INSTITUTION_MENTION = {
    code: [(body[0], _pattern(body)) for body in institutions(code)] for code in INSTITUTIONS
}


def mentioned(text: str) -> list[str]:
    """Codes of the targets that a post names."""
    return [code for code, pattern in MENTION.items() if pattern.search(text) or FLAGS.get(code, "\0") in text]
