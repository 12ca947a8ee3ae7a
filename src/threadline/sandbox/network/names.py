"""Material for made-up people: names of many languages, headlines, companies, LinkedIn-like titles."""

from __future__ import annotations

# Language -> (first names, last names). A name not in Latin letters is written "native=latin".
NAMES: dict[str, tuple[str, str]] = {
    "en": (
        "Harriet Owen Maisie Callum Imogen Declan Tamsin Rhys Beatrix Fergus Nell Corwin Philippa Dexter",
        "Ashgrove Penhale Thornby Wexcombe Larkfield Hollis Marrow Brindle Kestrel Oakhurst Pryor Quill",
    ),
    "de": (
        "Anneliese Björn Friederike Götz Heike Jürgen Käthe Lorenz Mareike Rüdiger Sönke Ulrike",
        "Achterberg Bäumler Dröge Eichhorst Fährmann Großkopf Heßling Kühnle Möllering Strübing Wüstefeld",
    ),
    "fr": (
        "Aurélie Benoît Capucine Didier Élodie François Gaëlle Hervé Inès Loïc Mélanie Théo",
        "Aubertin Bellefeuille Chèvremont Dufaÿs Lagarrigue Maçonnet Noëllet Péridier Vauclain Roussillac",
    ),
    "es": (
        "Íñigo Begoña Ximena Nuño Rocío Lázaro Ainhoa Álvaro Soledad Tomás Yolanda Efraín",
        "Alcañiz Buñuelos Echevarrieta Ibargüen Muñozerro Peñalver Quiroga Zúñiga Valdeolivas Castroviejo",
    ),
    "pt": (
        "João Conceição Inês Estêvão Lívia Mônica Sebastião Tainá Vítor Açucena Caetana Raul",
        "Alvarães Bragançal Coimbrão Fontoura Guimarães Negrão Quintão Sequeira Taborda Vasconcelhos",
    ),
    "it": (
        "Niccolò Ginevra Fabrizio Ludovica Ottavia Piero Rosalba Silvio Tiziana Ubaldo",
        "Acquaviva Bellandi Castagnoli Dell'Orso Fiordalisi Guardabassi Montefalco Pratolungo Zuccarelli",
    ),
    "pl": (
        "Małgorzata Łukasz Agnieszka Zdzisław Bożena Grażyna Krzysztof Świętosława Wojciech",
        "Brzęczkowski Dąbrówka Gałązka Jaźwiński Książek Łęczycka Żółtowski Ździebko Źrebiec",
    ),
    "cs": (
        "Řehoř Zdeňka Jiří Žofie Oldřich Šárka Květa",
        "Čermákov Hřebíček Kučírek Ždánský Říhánek Šťastna",
    ),
    "tr": (
        "Çağla Gökhan İpek Özgür Şebnem Tuğba Ümit Yiğit Doğa",
        "Akgöl Büyükçınar Çakıroğlu Değirmenci Günışığı Kılıçdal Şimşeksoy Üzümcü Yağmurlu",
    ),
    "sv": (
        "Åsa Göran Märta Östen Ulf Ylva Björg Torsten",
        "Ålander Björkvall Gråsten Höglander Ljungström Näslind Öhrvik",
    ),
    "nl": (
        "Anouk Daan Fenna Joost Liesbeth Maarten Roos Sjoerd",
        "Achterhuis Bovenkerk Dijkgraaf Hoogenduin Klaverweide Ruigrok",
    ),
    "hu": (
        "Ágnes Bálint Csenge Dénes Ödön Sándor Zsófia",
        "Ácsfalvi Bükkösi Csillaghegyi Fűzfás Kőszeghy Tündér",
    ),
    "ro": (
        "Ștefania Răzvan Mălina Țuca Ionuț Brândușa",
        "Brădeanca Cârligeanu Ghiță Mureșanca Șerbanița Țepușel",
    ),
    "vi": ("Thảo Đức Hằng Khôi Ngọc Quỳnh Tuấn Yến", "Nguyễn Trần Đặng Lý Phạm Vũ Bùi"),
    "id": (
        "Ayu Bagus Citra Dimas Indah Joko Ratna Wulan",
        "Adisucipto Hartonowati Kusumaraya Lesmanapura Wirasanti",
    ),
    "sw": ("Amani Baraka Furaha Imani Juma Neema Zawadi", "Achengwa Kamaunda Mwangaza Odhiambaye Wanjikuru"),
    "yo": ("Adébáyọ̀ Fọlákẹ́ Ìbídùn Olúwaṣeun Títílayọ̀", "Adéyẹmíwá Bánkọ́lẹ̀jọ Ògúnlànàdé Ṣóyínkàlọ́"),
    "ru": (
        "Аглая=aglaya Борислав=borislav Василиса=vasilisa Глеб=gleb Есения=yesenia Мирон=miron",
        "Берёзкина=beryozkina Вьюгин=vyugin Лесниченко=lesnichenko Снегирёва=snegiryova Щеглов=shcheglov",
    ),
    "uk": (
        "Зоряна=zoriana Іванко=ivanko Любомир=liubomyr Оксана=oksana Ярина=yaryna Тарасик=tarasyk",
        "Вишневецька=vyshnevetska Гайовий=haiovyi Їжакевич=yizhakevych Калинчук=kalynchuk Сіроштан=siroshtan",
    ),
    "el": (
        "Αθηνά=athina Βασίλης=vasilis Δήμητρα=dimitra Θάνος=thanos Ελπίδα=elpida Στέλιος=stelios",
        "Αμπελιώτης=ampeliotis Θαλασσινού=thalassinou Κυπαρίσσης=kyparissis Μελισσάνου=melissanou",
    ),
    "ar": (
        "ليلى=layla سامر=samer هند=hind طارق=tariq مريم=maryam يوسف=yousef نور=noor زياد=ziad",
        "الزيتوني=alzaytouni الكرمي=alkarmi النخلاوي=alnakhlawi الساحلي=alsahili الورداني=alwardani",
    ),
    "he": (
        "נועה=noa איתן=eitan תמר=tamar אלון=alon יעל=yael עומר=omer",
        "אלמוגי=almogi ברושי=broshi גלבועי=gilboai רימוני=rimoni תבורי=tavori",
    ),
    "fa": (
        "آناهیتا=anahita بهرام=bahram شیرین=shirin کاوه=kaveh نیلوفر=niloufar",
        "باغبانی=baghbani چمن‌آرا=chamanara دریایی=daryaei کوهسار=koohsar",
    ),
    "hi": (
        "आरव=aarav दिव्या=divya ईशान=ishaan कविता=kavita नीरज=neeraj मीरा=meera",
        "अमरावत=amaravat कमलेश्वरी=kamleshwari चंदनवाल=chandanwal सागरिया=sagariya",
    ),
    "bn": (
        "অনিন্দিতা=anindita দীপঙ্কর=dipankar মৌসুমী=mousumi সৌরভ=sourav",
        "চাঁপাবতী=champabati নদীয়াল=nadiyal শিমুলিয়া=shimulia",
    ),
    "ja": (
        "葵=aoi 陽翔=haruto 結衣=yui 蓮=ren 美咲=misaki 拓海=takumi",
        "霧島田=kirishimada 桜庭野=sakurabano 月岡谷=tsukiokaya 湖川=mizukawa 竹森原=takemorihara",
    ),
    "zh": (
        "晓云=xiaoyun 子涵=zihan 建国=jianguo 雨桐=yutong 思远=siyuan 梦洁=mengjie",
        "欧阳=ouyang 林=lin 陈=chen 司徒=situ 沈=shen 诸葛=zhuge",
    ),
    "ko": (
        "서연=seoyeon 민준=minjun 하은=haeun 도윤=doyun 지우=jiwoo",
        "남궁=namgung 선우=sunwoo 제갈=jegal 황보=hwangbo 독고=dokgo",
    ),
    "th": (
        "กานดา=kanda ธีรพงศ์=theerapong มาลี=malee สุริยา=suriya",
        "ดอกแก้ว=dokkaew ทะเลทอง=thalethong ภูผาชัย=phuphachai",
    ),
}

# How many of each hundred people speak a language that is not listed evenly.
MANY = {"en": 22, "de": 6, "fr": 6, "es": 6, "pt": 5, "it": 4, "zh": 4, "ar": 4, "hi": 4}

ROLES = [
    "Product designer",
    "Data engineer",
    "Head of operations",
    "Founder",
    "Talent partner",
    "Sales director",
    "Site reliability engineer",
    "Customer success lead",
    "Marketing manager",
    "Machine learning researcher",
    "Backend developer",
    "Finance lead",
    "Consultant",
    "Community organiser",
    "Technical writer",
    "Recruiter",
    "Architect",
    "Nurse educator",
    "Supply chain planner",
    "Illustrator",
]

COMPANIES = [
    "Acme",
    "Northwind Learning",
    "Blue Heron Robotics",
    "Kite & Anchor",
    "Lanternfish Labs",
    "Paper Boat Studio",
    "Quiet Harbour Bank",
    "Saltmarsh Foods",
    "Tall Pines Energy",
    "Umbrella Pine Travel",
    "Velvet Fern Media",
    "Willowbrook Health",
    "Copper Kettle Logistics",
    "Driftwood Analytics",
    "Elm & Ember",
    "Fable Street Games",
    "Granite Peak Software",
    "Hazel Row Architects",
    "Indigo Tram Transit",
    "Juniper Loft Events",
]

TAGLINES = [
    "Learn at your own pace",
    "Robots that ask first",
    "Shipping, slowly and well",
    "Small lights, deep water",
    "Games for long evenings",
    "Numbers from the shore",
    "Buildings with good windows",
    "Power from the hills",
]

INDUSTRIES = [
    "Software Development",
    "Higher Education",
    "Robotics",
    "Food Production",
    "Banking",
    "Media",
    "Hospitals",
    "Logistics",
]

GROUP_TITLES = [
    "Lunch on Thursdays",
    "Launch crew",
    "Reading circle",
    "Alumni of the old mill",
    "Conference travel",
    "Offsite planning",
    "Köln – Kraków – Porto",
    "プロジェクト連絡",
    "فريق التصميم",
    "Équipe produit",
    "Board games & code 🎲",
    "Hiring panel",
    "Mentors 2.0",
    "Running club 🏃\u200d♀️",
    "The very long title of a group that nobody dared to rename because everyone had grown used to it",
]


def spellings(listed: str) -> list[tuple[str, str]]:
    """The names of one list as (native, Latin) pairs; a Latin name is its own Latin form."""
    pairs = []
    for word in listed.split():
        native, _, latin = word.partition("=")
        pairs.append((native, latin or native))
    return pairs
